"""Evidence for those who oversee: reviews, documents and answers, each figure with its source."""
