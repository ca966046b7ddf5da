"""Tables of the English normalization tests, and what they compare: written and spoken."""

from steptts.text.normalize_en import normalize


def said(text: str, accent: str = "us") -> str:
    """All spoken words of a text, in one line."""
    return " ".join(" ".join(token.spoken) for token in normalize(text, accent) if token.spoken)


def table(text: str) -> list[tuple[str, str]]:
    """Lines "written => spoken"."""
    lines = [line.split("=>") for line in text.strip().splitlines()]
    return [(written.strip(), spoken.strip()) for written, spoken in lines]
