"""The pages of the fleet twin; start with the command line that `dashboards.launch` gives."""

import streamlit as st

from dashboards.page_parts import guarded

st.set_page_config(page_title="Fleet twin", page_icon="📡", layout="wide")

page = st.navigation(
    {
        "Programme": [
            st.Page(
                "app_pages/progress.py",
                title="Progress",
                default=True,
                help="Capable premises against the plan, by day.",
            ),
            st.Page(
                "app_pages/waves.py",
                title="Waves",
                url_path="waves",
                help="Every wave of the plans: planned, done, late, and what its gate said.",
            ),
            st.Page(
                "app_pages/regions.py",
                title="Regions",
                url_path="regions",
                help="GSP groups ahead of the national share and behind it.",
            ),
            st.Page(
                "app_pages/suppliers.py",
                title="Suppliers",
                url_path="suppliers",
                help="Suppliers against the national share, with the limits of chance.",
            ),
            st.Page(
                "app_pages/han.py",
                title="HAN effectiveness",
                url_path="han",
                help="Bands against what was expected, links per hub, and licence conditions.",
            ),
            st.Page(
                "app_pages/pin.py",
                title="Privacy PIN",
                url_path="pin",
                help="PINs in shared and private meter spaces, weak ones, and intruders.",
            ),
        ],
        "Operations": [
            st.Page(
                "app_pages/operations.py",
                title="Live operations",
                url_path="operations",
                help="Event rates, lag, campaign waves and refused records, renewed every 2 s.",
            ),
            st.Page(
                "app_pages/premises.py",
                title="Premises",
                url_path="premises",
                help="What happened at one premises, and how it stood on a day.",
            ),
        ],
    }
)
guarded(page.run)()
