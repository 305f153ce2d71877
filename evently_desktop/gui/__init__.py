"""What the clerk sees and touches."""

import os

# Qt's painter would share large areas out to threads of its own and wait for them. On a busy PC one of them comes late
# and with it the frame, by a whole tick of the kernel's clock; alone it is as fast.
os.environ.setdefault("QT_NO_GUI_THREADPOOL", "1")
