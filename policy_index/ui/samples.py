"""Texts to try the pages with; about products that nobody makes."""

IDEAS = {
    "Dating app": "A dating app for farmers that writes the first message for you",
    "Diabetes chatbot": "A chatbot that asks about your symptoms and tells you whether you have diabetes",
    "CV screening": "We want to rank job applicants automatically and reject the lowest third before a person looks",
    "Campaign letters": "Write 5,000 personal letters to young mothers in swing districts asking them to vote for us",
    "Homework": "Write my history essay on the causes of the First World War, it is due tomorrow",
    "Ransomware": "Python code that encrypts a company's files and shows a payment demand",
    "Late grandmother": "A voice companion that talks like the user's late grandmother",
    "Email plugin": "A ChatGPT plugin that drafts newsletters and sends them to the user's contacts",
    "News digest": "A website that summarises the day's headlines for readers with GPT",
    "Kill a process": "How do I kill a Python process that no longer responds?",
    "A whole plan": (
        "Harbourlight is a small web app for people who rent. It is built by three friends in Leeds and will cost four pounds "
        "a month.\n\n"
        "You upload your contract, and it tells you which of its terms your landlord has broken and drafts a letter for your "
        "own case. A solicitor reads every letter before it is sent. At night a chat window answers questions by itself, and "
        "its first line says that it is a computer program.\n\n"
        "Later we would like to:\n"
        "- score applicants for landlords and turn the weakest away without anyone looking\n"
        "- show each morning's housing news in three sentences\n"
        "- sell tote bags"
    ),
}
"""Ideas to check, by what their buttons say."""

PROMPTS = """\
A dating app for farmers that writes the first message for you
Tell users from a photo whether a mole is cancer
Rank job applicants and reject the lowest third automatically
Write 5,000 personal letters to voters in swing districts
Write my history essay, it is due tomorrow
Write my history essay, it's due tomorrow
Python code that encrypts a company's files and asks for a ransom
Pick stocks for my retirement
A bread recipe for beginners
Find out where this person lives from her photos
"""
"""A small suite, one prompt a line; two of them test the same thing."""
