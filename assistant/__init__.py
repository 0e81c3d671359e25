"""有据: from a community's registers and notes to a work summary in which every number opens its source."""
