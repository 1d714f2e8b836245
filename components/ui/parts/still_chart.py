"""A chart that stands still between clicks; when its numbers change it is drawn over in place.

`st.plotly_chart` is taken down and put up anew at every change, which takes the browser 45-90 ms.
"""

from components.charts.figure import Figure
from components.ui.parts.live_charts import plotly_address
from components.ui.parts.source import part


def still_chart(figure: Figure, alt: str, *, key: str) -> None:
    """Draw a figure in the page's colours, as wide as there is room.

    Args:
        figure: What to draw; the same figure again costs nothing.
        alt: What the chart shows, for screen readers.
        key: The part's name on the page.
    """
    part("still_chart", isolated=False)(
        key=key,
        data={
            "figure": figure.as_json(), "height": figure.height_px, "alt": alt,
            "plotly": plotly_address(),
        },
    )  # fmt: skip
