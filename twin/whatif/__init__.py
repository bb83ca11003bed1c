"""What if: programmes compared before anyone touches a meter, with how sure the answer is."""
