"""The top of Home: what Tailor does, in one look."""

import streamlit as st

_PROMISES = (
    (":material/lock:", "Your pictures never leave this computer"),
    (":material/mouse:", "No programming"),
    (":material/volunteer_activism:", "Free and open source"),
)

# A drawing, so that nothing is downloaded: a plate of fruit, found and named.
_DRAWING = """
<svg viewBox="0 0 420 240" width="100%" aria-hidden="true" focusable="false"
     style="display:block;max-height:250px">
  <defs>
    <linearGradient id="sky" x1="0" y1="0" x2="1" y2="1">
      <stop offset="0" stop-color="#dfeaff"/><stop offset="1" stop-color="#f7ead9"/>
    </linearGradient>
    <clipPath id="photo"><rect width="420" height="240" rx="18"/></clipPath>
  </defs>
  <g clip-path="url(#photo)">
    <rect width="420" height="240" fill="url(#sky)"/>
    <rect y="172" width="420" height="68" fill="#c99a6b"/>
    <rect y="172" width="420" height="6" fill="#b98757"/>
    <ellipse cx="96" cy="190" rx="52" ry="9" fill="#8c6239" opacity=".35"/>
    <circle cx="96" cy="142" r="48" fill="#d9483b"/>
    <circle cx="80" cy="124" r="12" fill="#ef8377"/>
    <path d="M96 96 q4 -18 16 -24" stroke="#6b4a2b" stroke-width="6" fill="none"
          stroke-linecap="round"/>
    <path d="M104 84 q18 -18 34 -4 q-16 16 -34 4" fill="#5a9a4c"/>
    <ellipse cx="222" cy="190" rx="44" ry="8" fill="#8c6239" opacity=".35"/>
    <path d="M222 76 q-14 30 -30 52 q-24 34 2 54 q28 18 56 0 q26 -20 2 -54 q-16 -22 -30 -52"
          fill="#a9bf4a"/>
    <path d="M222 78 q0 -14 8 -22" stroke="#6b4a2b" stroke-width="5" fill="none"
          stroke-linecap="round"/>
    <ellipse cx="340" cy="190" rx="44" ry="8" fill="#8c6239" opacity=".35"/>
    <circle cx="340" cy="148" r="42" fill="#f09a37"/>
    <circle cx="328" cy="134" r="9" fill="#f7be7a"/>
  </g>
  <g fill="none" stroke-width="4">
    <rect x="40" y="64" width="112" height="130" rx="6" stroke="#2f6fde"/>
    <rect x="178" y="50" width="88" height="144" rx="6" stroke="#7a3fd0"/>
    <rect x="292" y="100" width="96" height="94" rx="6" stroke="#0b8a7d"/>
  </g>
  <g font-family="system-ui,sans-serif" font-size="15" font-weight="600" fill="#fff">
    <rect x="38" y="40" width="88" height="25" rx="5" fill="#2f6fde"/>
    <text x="47" y="58" textLength="70" lengthAdjust="spacingAndGlyphs"
     >apple 98 %</text>
    <rect x="176" y="26" width="82" height="25" rx="5" fill="#7a3fd0"/>
    <text x="185" y="44" textLength="64" lengthAdjust="spacingAndGlyphs"
     >pear 96 %</text>
    <rect x="290" y="76" width="98" height="25" rx="5" fill="#0b8a7d"/>
    <text x="299" y="94" textLength="80" lengthAdjust="spacingAndGlyphs"
     >orange 97 %</text>
  </g>
</svg>
"""


def hero() -> None:
    """What the app is for, the three promises, and a drawing of what a finished model does."""
    words, drawing = st.columns([3, 2], gap="large", vertical_alignment="center")
    with words:
        st.markdown(
            "Show a model **examples of what you want it to see** – fruit, cells, cracks, birds – "
            "and it learns to find them in new pictures. You bring pictures on which the things "
            "are marked; Tailor guides you from there to a working model, step by step."
        )
        with st.container(horizontal=True, gap="small"):
            for icon, promise in _PROMISES:
                st.badge(promise, icon=icon, color="blue")
    drawing.image(_DRAWING, width="stretch")
