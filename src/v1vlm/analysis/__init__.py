"""What responses mean: measures, evidence and effect sizes; numpy and scipy, no disk."""
