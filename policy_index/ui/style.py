"""The look of blocks of words with links."""

BLOCK_STYLE = """
<style>
.upe-block { line-height: 1.45; }
.upe-block a { color: var(--st-link-color); text-underline-offset: .15em; }
.upe-block a:focus-visible, .upe-block summary:focus-visible { outline: .15rem solid var(--st-primary-color, currentColor); outline-offset: .1rem; }
.upe-block h2 { margin: .2rem 0 .5rem; padding: 0; font-size: 1.35rem; }
.upe-block h3 { margin: 1.1rem 0 .35rem; padding: 0; font-size: 1.05rem; }
.upe-block p { margin: .3rem 0; }
.upe-block small, .upe-soft { font-size: .875rem; opacity: .86; }
.upe-block ul { margin: .2rem 0; padding: 0; list-style: none; }
.upe-block li { margin: 0; padding: .3rem 0; overflow-wrap: anywhere; }
.upe-block ol { margin: .2rem 0; padding-left: 1.3rem; }
.upe-block h4 { margin: .7rem 0 .2rem; padding: 0; font-size: .9375rem; }
.upe-block ul ul { padding-left: 1.1rem; }
.upe-block ul ul a { text-decoration: none; }
.upe-block ul ul a:hover { text-decoration: underline; }
.upe-block summary { cursor: pointer; padding: .25rem 0; }
.upe-block mark { color: inherit; background: color-mix(in srgb, var(--mark) 20%, transparent);
  border-bottom: .15rem var(--line, solid) var(--mark); padding: 0 .1rem; }
.upe-words { font-size: 1.2rem !important; line-height: 1.5 !important; }
.upe-block table { border-collapse: collapse; width: 100%; font-size: .875rem; }
.upe-block th, .upe-block td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; overflow-wrap: anywhere;
  border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
.upe-block td:not(:first-child) { overflow-wrap: break-word; } .upe-block td:first-child { min-width: 5rem; }
.upe-block th { overflow-wrap: normal; }
.upe-crumbs { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; justify-content: space-between; font-size: .9375rem; }
.upe-chip::before { content: ""; display: inline-block; width: .7rem; height: .7rem; border-radius: 50%;
  margin-right: .4rem; background: var(--lane); }
.upe-key { display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; font-size: .9375rem; }
.upe-badge { display: inline-block; border: 1px solid color-mix(in srgb, currentColor 40%, transparent); border-radius: 1rem;
  padding: 0 .6rem; margin: 0 .35rem .2rem 0; font-size: .875rem; }
.upe-aside { border-left: .3rem dashed color-mix(in srgb, currentColor 35%, transparent); padding-left: .8rem; margin-top: .8rem; }
.upe-revision { margin: 0 0 1.1rem; }
.upe-block .upe-revision h2 { margin: 0; padding: 0 0 .2rem; font-size: 1.05rem; }
.upe-found { border-left: .2rem solid color-mix(in srgb, currentColor 18%, transparent); padding-left: .9rem; margin-bottom: .8rem; }
.upe-block .upe-found h3:first-child { margin-top: 0; }
.upe-side { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: .4rem 1.2rem; }
.upe-pair { border: 1px solid color-mix(in srgb, currentColor 22%, transparent); border-radius: .5rem;
  padding: .6rem .8rem; margin-bottom: .7rem; }
</style>
"""
