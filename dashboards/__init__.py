"""The pages of the fleet twin: queries, charts and Streamlit pages over published marts."""
