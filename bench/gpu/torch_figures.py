"""The figures of dev.gatun.bench.Gpu in PyTorch, where it has a card: a line name=value for each."""
import sys

import torch
from torch import nn

small = len(sys.argv) > 1
elements, side, steps = (1 << 12, 64, 4) if small else (1 << 26, 4096, 500)
torch.backends.cuda.matmul.allow_tf32 = False
torch.backends.cudnn.allow_tf32 = False


def least(count, work, repeats=5):
    """Seconds of the work by the card's clock, the least of several times so many in a row; one more warms up."""
    best = float("inf")
    for repeat in range(repeats + 1):
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        for _ in range(count):
            work()
        end.record()
        end.synchronize()
        if repeat:
            best = min(best, start.elapsed_time(end) / 1e3 / count)
    return best


def show(name, value):
    print(f"{name}={value:.3f}", flush=True)


def training(name, model, shape):
    criterion = nn.CrossEntropyLoss()
    x = torch.rand(shape, device="cuda")
    y = torch.randint(0, 10, shape[:1], device="cuda")

    def step(model, optimizer, keep):
        optimizer.zero_grad(set_to_none=not keep)
        criterion(model(x), y).backward()
        optimizer.step()

    for label, options in (("eager", {}), ("fused", {"fused": True})):
        net = model().cuda()
        try:
            optimizer = torch.optim.Adam(net.parameters(), lr=1e-3, **options)
            show(f"{name}_{label}_us", 1e6 * least(steps, lambda: step(net, optimizer, False)))
        except (TypeError, RuntimeError) as problem:
            print(f"# {name}_{label}: {problem}".splitlines()[0])
    net = model().cuda()
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3, capturable=True)
    aside = torch.cuda.Stream()
    aside.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(aside):
        for _ in range(3):
            step(net, optimizer, False)
    torch.cuda.current_stream().wait_stream(aside)
    graph = torch.cuda.CUDAGraph()
    optimizer.zero_grad(set_to_none=True)
    with torch.cuda.graph(graph):
        criterion(net(x), y).backward()
        optimizer.step()
    show(f"{name}_graph_us", 1e6 * least(steps, graph.replay))


def measure():
    if not torch.cuda.is_available():
        print("# PyTorch", torch.__version__, "sees no card")
        return
    print("# PyTorch", torch.__version__, "on", torch.cuda.get_device_name(0))
    x, y = (torch.rand(elements, device="cuda") for _ in range(2))
    show("copy_gbs", 8e-9 * elements / least(1, lambda: x.copy_(y)))
    show("add_gbs", 12e-9 * elements / least(1, lambda: x + y))
    show("exp_gbs", 8e-9 * elements / least(1, lambda: x.exp()))
    show("sum_gbs", 4e-9 * elements / least(1, lambda: x.sum()))
    a, b = (torch.rand(side, side, device="cuda") for _ in range(2))
    show("gemm_tflops", 2e-12 * side**3 / least(1, lambda: a @ b))
    training("mlp", lambda: nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(),
                                          nn.Linear(256, 10)), (100, 784))
    training("lenet", lambda: nn.Sequential(nn.Conv2d(1, 6, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 3), nn.ReLU(),
                                            nn.MaxPool2d(2), nn.Flatten(), nn.Linear(576, 120), nn.ReLU(),
                                            nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)), (64, 1, 32, 32))


try:
    measure()
except Exception as problem:  # one line, whatever it is
    sys.exit(f"{type(problem).__name__}: {' '.join(str(problem).split())}")
