"""What counts say: sums by week, shares, times, plots and tables. Pure: counts in, values and text out."""
