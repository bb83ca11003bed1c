"""`twin evidence`: packs for those who oversee, each figure with its basis and source."""

import typer

from infra.commands.evidence_answers import milestones, questions
from infra.commands.evidence_architecture import architecture
from infra.commands.evidence_impact import touched
from infra.commands.evidence_requests import answer, request, requests
from infra.commands.evidence_review import compare_reviews, han_review

app = typer.Typer(no_args_is_help=True)
app.command("han-review")(han_review)
app.command("compare-reviews")(compare_reviews)
app.command("architecture")(architecture)
app.command("impact")(touched)
app.command("questions")(questions)
app.command("milestones")(milestones)
app.command("request")(request)
app.command("answer")(answer)
app.command("requests")(requests)
