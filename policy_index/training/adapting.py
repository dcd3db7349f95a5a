"""Training of the encoder's adapter. Imports torch: import it late.

The upper layers of the bundled network learn, by low-rank changes of their weights, to answer three questions about a text with
linear heads on its joined vector: which clause of the policy is it about, which concept, and what does it have to do with the
act (does, harmless, refuses, prevents)? The heads are thrown away; the regression (`search/scorer.py`) is fitted to the vectors.
"""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from policy_index.policy.twins import Stance
from policy_index.search.adapter import Adapter
from policy_index.search.encoder import SentenceEncoder
from policy_index.training.labelled import LabelledRow

_FIRST_LAYER = 3
"""Layers from this one (0 is the lowest of six) are adapted; what the lower ones say is computed once."""

_DIMENSIONS = 768

_MOST_AT_ONCE = 64

_ADAPTED = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How the adapter is trained; the numbers were chosen on held-out families.

    Attributes:
        rank: Of the changes.
        epochs: How often each text is seen.
        rate: Learning rate of the changes (AdamW, linear decay after a short rise).
        head_rate: The same of the heads.
        tokens: About how many tokens go into a step.
        harmless_topic: How much a harmless twin counts for the question which clause it is about.
        longest: Tokens of a text that are read.
    """

    rank: int = 16
    epochs: int = 6
    rate: float = 7e-4
    head_rate: float = 3e-3
    tokens: int = 1600
    harmless_topic: float = 0.3
    longest: int = 160


class _LowRank(nn.Module):
    """A linear layer and what is added to it."""

    def __init__(self, layer: nn.Linear, rank: int) -> None:
        super().__init__()
        self.layer = layer
        self.down = nn.Parameter(torch.randn(rank, layer.in_features) / math.sqrt(layer.in_features))
        self.up = nn.Parameter(torch.zeros(layer.out_features, rank))

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        """Return the layer's output with the change."""
        result: torch.Tensor = self.layer(states) + 2 * ((states @ self.down.T) @ self.up.T)
        return result


class _Upper(nn.Module):
    """The adapted layers, the pooling and the heads: states of the lower layers in, answers out."""

    def __init__(self, encoder: SentenceEncoder, recipe: Recipe, *, clauses: int, concepts: int) -> None:
        super().__init__()
        network: Any = encoder.model[0].auto_model
        for parameter in network.parameters():
            parameter.requires_grad_(False)  # noqa: FBT003  # torch's own signature
        self.adapted: dict[str, _LowRank] = {}
        for number, layer in enumerate(network.encoder.layer[_FIRST_LAYER:], _FIRST_LAYER):
            for name in _ADAPTED:
                parent, _, last = name.rpartition(".")
                change = _LowRank(layer.get_submodule(name), recipe.rank)
                setattr(layer.get_submodule(parent), last, change)
                self.adapted[f"encoder.layer.{number}.{name}"] = change
        self.layers = network.encoder.layer[_FIRST_LAYER:]
        self.pooling = encoder.model[1]
        heads = [nn.Linear(_DIMENSIONS, size) for size in (clauses, concepts, len(Stance))]
        self.heads = nn.ModuleList(heads)
        for head in heads:
            nn.init.zeros_(head.weight)
            nn.init.zeros_(head.bias)

    def forward(self, states: torch.Tensor, mask: torch.Tensor) -> list[torch.Tensor]:
        """Return the heads' logits for texts of states, shape (texts, tokens, hidden size), and their mask."""
        hidden = [states]
        for layer in self.layers:
            found = layer(hidden[-1], attention_mask=(1 - mask)[:, None, None, :] * -1e9)
            hidden.append(found[0] if isinstance(found, tuple) else found)
        features = {
            "attention_mask": mask,
            "token_embeddings": hidden[-1].float(),
            "all_layer_embeddings": {_FIRST_LAYER + place: each.float() for place, each in enumerate(hidden)},
        }
        vectors = nn.functional.normalize(self.pooling(features)["sentence_embedding"], dim=1)
        return [head(10 * vectors) for head in self.heads]


def train_adapter(
    rows: Sequence[LabelledRow],
    *,
    clauses: int,
    concepts: int,
    recipe: Recipe | None = None,
    on_epoch: Callable[[int, float], object] = lambda *_: None,
) -> Adapter:
    """Train on `rows` and return what is to be added to the bundled network's weights.

    Args:
        rows: At least one; their columns and concepts lie below `clauses` and `concepts`.
        clauses: How many clauses the policy has.
        concepts: How many concepts there are.
        recipe: The settings.
        on_epoch: Called after each epoch with its number, from 1, and the mean loss.
    """
    recipe = recipe or Recipe()
    torch.manual_seed(0)
    chance = random.Random(0)  # noqa: S311  # an order to learn in
    encoder = SentenceEncoder.plain()
    tokens = encoder.model.tokenizer([row.text for row in rows], truncation=True, max_length=recipe.longest)[
        "input_ids"
    ]
    states = _lower_states(encoder, tokens)
    upper = _Upper(encoder, recipe, clauses=clauses, concepts=concepts)
    upper.eval()  # no dropout: the changes are small enough
    topics, weights = _topics(rows, clauses=clauses, recipe=recipe)
    changes = [parameter for each in upper.adapted.values() for parameter in (each.down, each.up)]
    optimiser = torch.optim.AdamW(
        [{"params": changes, "lr": recipe.rate}, {"params": upper.heads.parameters(), "lr": recipe.head_rate}],
        weight_decay=0.01,
    )
    steps = recipe.epochs * len(_batches(tokens, recipe, random.Random(0)))  # noqa: S311
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1, (step + 1) / 50) * max(0.02, 1 - step / (1.02 * steps))
    )
    for epoch in range(1, recipe.epochs + 1):
        losses = []
        for batch in _batches(tokens, recipe, chance):
            with torch.autocast("cpu", torch.bfloat16):
                logits = upper(*_padded([states[place] for place in batch]))
            loss = _loss(
                [each.float() for each in logits], [rows[place] for place in batch], topics[batch], weights[batch]
            )
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(changes, 1.0)
            optimiser.step()
            schedule.step()
            losses.append(float(loss.detach()))
        on_epoch(epoch, float(np.mean(losses)))
    made = {
        name: (each.down.detach().numpy().astype(np.float16), (2 * each.up.detach()).numpy().astype(np.float16))
        for name, each in upper.adapted.items()
    }
    return Adapter.from_bytes(Adapter(sha256="", changes=made).to_bytes())


def _loss(
    logits: Sequence[torch.Tensor], rows: Sequence[LabelledRow], topics: torch.Tensor, weights: torch.Tensor
) -> torch.Tensor:
    """Return the sum of the three questions' cross-entropies; a text counts for those that its labels answer."""
    of_clauses, of_concepts, of_stances = logits
    about = -(topics * nn.functional.log_softmax(of_clauses, dim=1)).sum(dim=1) * weights
    loss = about.sum() / weights.sum().clamp(min=1)
    placed = [place for place, row in enumerate(rows) if row.concept is not None]
    if placed:
        wanted = torch.tensor([rows[place].concept or 0 for place in placed])
        # Twins of a concept are about it too, but say less.
        shares = torch.tensor([1.0 if rows[place].stance is Stance.DOES else 0.3 for place in placed])
        found = nn.functional.cross_entropy(of_concepts[placed], wanted, reduction="none", label_smoothing=0.05)
        loss = loss + (found * shares).sum() / shares.sum().clamp(min=1)
    stances = torch.tensor([list(Stance).index(row.stance) for row in rows])
    balance = torch.tensor([1.0, 1.0, 1.5, 1.5])  # refusals and preventions are fewer
    return loss + nn.functional.cross_entropy(of_stances, stances, weight=balance, label_smoothing=0.03)


def _topics(rows: Sequence[LabelledRow], *, clauses: int, recipe: Recipe) -> tuple[torch.Tensor, torch.Tensor]:
    """Return which clauses each row is about, rows of sum 1, and how much it counts for that."""
    topics = torch.zeros(len(rows), clauses)
    weights = torch.zeros(len(rows))
    for place, row in enumerate(rows):
        for clause in row.clauses[1:]:
            topics[place, clause] = 0.7
        if row.clauses:
            topics[place, row.clauses[0]] = 1.0
            weights[place] = recipe.harmless_topic if row.stance is Stance.HARMLESS else 1.0
    return topics / topics.sum(dim=1, keepdim=True).clamp(min=1e-6), weights


def _lower_states(encoder: SentenceEncoder, tokens: Sequence[Sequence[int]]) -> list[torch.Tensor]:
    """Return what the layers below the adapted ones make of each text, shape (tokens, hidden size), in half the precision."""
    network: Any = encoder.model[0].auto_model
    states: list[torch.Tensor] = [torch.empty(0)] * len(tokens)
    order = sorted(range(len(tokens)), key=lambda place: len(tokens[place]))
    with torch.no_grad():
        for start in range(0, len(order), 64):
            places = order[start : start + 64]
            ids, mask = _padded([torch.tensor(tokens[place])[:, None] for place in places])
            hidden = network.embeddings(ids[:, :, 0].long())
            for layer in network.encoder.layer[:_FIRST_LAYER]:
                found = layer(hidden, attention_mask=(1 - mask)[:, None, None, :] * -1e9)
                hidden = found[0] if isinstance(found, tuple) else found
            for row, place in enumerate(places):
                states[place] = hidden[row, : len(tokens[place])].to(torch.bfloat16).clone()
    return states


def _padded(parts: Sequence[torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
    """Return parts of shape (tokens, size) as one tensor (parts, longest, size), and which of its tokens are there."""
    longest = max(len(part) for part in parts)
    states = torch.zeros(len(parts), longest, parts[0].shape[1])
    mask = torch.zeros(len(parts), longest)
    for row, part in enumerate(parts):
        states[row, : len(part)] = part
        mask[row, : len(part)] = 1
    return states, mask


def _batches(tokens: Sequence[Sequence[int]], recipe: Recipe, chance: random.Random) -> list[list[int]]:
    """Return the places of the texts in steps of about as many tokens, texts of like length together, in a chance order."""
    places = list(range(len(tokens)))
    chance.shuffle(places)
    steps: list[list[int]] = []
    for start in range(0, len(places), 1500):
        some = sorted(places[start : start + 1500], key=lambda place: len(tokens[place]))
        step: list[int] = []
        for place in some:
            if step and ((len(step) + 1) * len(tokens[place]) > recipe.tokens or len(step) >= _MOST_AT_ONCE):
                steps.append(step)
                step = []
            step.append(place)
        steps.append(step)
    chance.shuffle(steps)
    return steps
