"""What every test of the screens needs: a platform without a display, and the palette to look at."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
