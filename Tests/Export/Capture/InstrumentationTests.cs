using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export.Capture;

/// <summary>Code runs as written, and its calls of TorchSharp are recorded.</summary>
public class InstrumentationTests
{
    private sealed class Residual : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> _branch;
        private readonly TorchSharp.Modules.Linear _head;

        public Residual()
            : base(nameof(Residual))
        {
            _branch = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 4));
            _head = nn.Linear(4, 2);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            var x = input;
            for (var i = 0; i < 2; i++)
            {
                x = Add(_branch.call(x), x);
            }

            return _head.forward(x.view(x.shape[0], -1));
        }

        private static Tensor Add(Tensor a, Tensor b) => a + b;
    }

    [Fact]
    public void A_residual_network_gives_what_it_gives_and_its_calls_are_seen()
    {
        using var model = new Residual();
        var input = randn(3, 4);

        var (result, log) = CallLog.Of(model.forward, input);

        ((Tensor)result!).data<float>().ToArray().Should().Equal(model.forward(input).data<float>().ToArray());
        log.Calls.Should().Equal(
            "Linear.forward", "ReLU.forward", "Tensor.Dispose", "Linear.forward", "Tensor.Dispose", "Tensor.op_Addition",
            "Linear.forward", "ReLU.forward", "Tensor.Dispose", "Linear.forward", "Tensor.Dispose", "Tensor.op_Addition",
            "Tensor.get_shape", "Tensor.view", "Linear.forward");
    }

    [Fact]
    public void Lambdas_are_followed()
    {
        var scale = 3;
        Func<Tensor, Tensor> twice = x => x + x;
        Tensor Run(Tensor input) => new[] { 1, 2 }.Select(i => twice(input) * i * scale).Aggregate((a, b) => a - b);
        var input = randn(3, 4);

        var (result, log) = CallLog.Of(Run, input);

        ((Tensor)result!).data<float>().ToArray().Should().Equal(Run(input).data<float>().ToArray());
        log.Calls.Should().Equal(
            "Tensor.op_Addition", "Tensor.op_Multiply", "Tensor.op_Multiply",
            "Tensor.op_Addition", "Tensor.op_Multiply", "Tensor.op_Multiply", "Tensor.op_Subtraction");
    }
}
