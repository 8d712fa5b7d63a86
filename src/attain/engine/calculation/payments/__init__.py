"""The last stage: from what is earned to what is paid, pay period by pay period, and the balances
that carry over. `holding.py` says in Python whose rules hold when; the rest is set-wise SQL.
Computes no earning and no adjustment of a closed period: it takes both as tables."""
