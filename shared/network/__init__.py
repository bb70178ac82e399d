"""Azure's network objects as frozen dataclasses: what was read, without a judgement of it."""
