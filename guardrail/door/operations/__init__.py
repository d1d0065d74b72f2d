"""Operations without a plan: what each would do, and how it is done once that is decided."""
