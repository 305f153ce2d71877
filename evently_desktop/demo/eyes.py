"""What people who tell fewer colours apart see of a picture.

The matrices are those of G. M. Machado, M. M. Oliveira and L. A. F. Fernandes, "A Physiologically-based Model for
Simulation of Color Vision Deficiency", IEEE Transactions on Visualization and Computer Graphics 15(6), 2009, for the
complete deficiency (severity 1.0). They hold for linear light.
"""

from enum import Enum

import numpy as np
from numpy.typing import NDArray


class Eyes(Enum):
    """The kinds of colour blindness: red, green or blue is not seen."""

    PROTANOPIA = (0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998)
    DEUTERANOPIA = (0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881)
    TRITANOPIA = (1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900)


def seen_by(eyes: Eyes, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture, (…, 3) of sRGB from 0 to 255, as these eyes see it."""
    levels = np.arange(256) / 255
    light = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4).astype(np.float32)
    seen = np.clip(light[pixels] @ np.array(eyes.value, np.float32).reshape(3, 3).T, 0, 1)
    shown = np.where(seen <= 0.0031308, seen * 12.92, 1.055 * seen ** (1 / 2.4) - 0.055)
    rounded: NDArray[np.uint8] = np.rint(shown * 255).astype(np.uint8)
    return rounded
