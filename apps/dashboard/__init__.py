"""The pages people look at: map, situation page, report form."""
