"""The programme's own side: milestones, reviews, the products list, the DCC operator."""
