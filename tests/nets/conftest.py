"""One thread: the networks are small, and waiting for a second thread on a busy machine is slower.

Measured at a load of 11 on two cores: 2.0 s for one vocoder call with two threads, 0.06 s with one.
"""

import pytest


@pytest.fixture(autouse=True, scope="session")
def _one_thread() -> None:
    pytest.importorskip("torch").set_num_threads(1)
