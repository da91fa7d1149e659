using OnnxInit.Contracts;
using OnnxInit.Training.Initialization;
using OnnxInit.Training.Models;
using TorchSharp;
using static TorchSharp.torch;
using Sequential = TorchSharp.Modules.Sequential;

namespace OnnxInit.Tests.Training.Initialization;

public sealed class LsuvTests : IDisposable
{
    private const int Width = 20;

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Tensor _batch = randn([64, Width], generator: new Generator(3));

    public void Dispose()
    {
        _batch.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void Every_layer_of_a_nested_network_ends_with_unit_variance()
    {
        Sequential network = nn.Sequential(
            ("linear1", nn.Linear(Width, Width)),
            ("inner", nn.Sequential(("relu", nn.ReLU(inplace: true)), ("linear2", nn.Linear(Width, Width)), ("tanh", nn.Tanh()))),
            ("block", new ResidualBlock(nn.Sequential(("linear3", nn.Linear(Width, 7)), ("relu", nn.ReLU()), ("linear4", nn.Linear(7, Width))))),
            ("head", nn.Linear(Width, 10)));

        IReadOnlyList<AppliedInitialization> applied = Initializer.Apply(network, new Lsuv(_batch * 100), seed: 17);

        Variances(network, _batch * 100).Should().HaveCount(5).And.OnlyContain(variance => Math.Abs(variance - 1) <= 0.02 + 1e-5);
        applied.Where(parameter => parameter.Parameter.EndsWith("weight", StringComparison.Ordinal)).Should().HaveCount(5)
            .And.OnlyContain(parameter => parameter.Initializer == "Lsuv { Tolerance = 0.02, MaxIterations = 10 }");
    }

    [Fact]
    public void A_module_of_its_own_is_scaled_in_the_order_of_its_calls_as_a_sequence_is_by_walking()
    {
        Sequential sequence = nn.Sequential(("first", nn.Linear(Width, Width)), ("relu", nn.ReLU()), ("second", nn.Linear(Width, Width)));
        using RegisteredBackwards own = new();

        Initializer.Apply(sequence, new Lsuv(_batch), seed: 17);
        Initializer.Apply(own, new Lsuv(_batch), seed: 17);

        foreach (string weight in new[] { "first.weight", "second.weight" })
        {
            own.get_parameter(weight)!.allclose(sequence.get_parameter(weight)!, rtol: 1e-6).Should().BeTrue(weight);
        }
    }

    [Fact]
    public void What_a_forward_pass_changes_is_put_back()
    {
        Sequential network = nn.Sequential(
            ("linear", nn.Linear(Width, Width)), ("norm", nn.BatchNorm1d(Width)), ("dropout", nn.Dropout(0.5)), ("head", nn.Linear(Width, 10)));
        network.train();
        ((nn.Module)network.children().ElementAt(2)).eval();
        network.get_buffer("norm.running_mean")!.fill_(3);
        network.get_parameter("head.bias")!.grad = ones(10);
        using Tensor batch = _batch.clone();
        Tensor random = torch.random.get_rng_state();

        Initializer.Apply(network, new Lsuv(batch), seed: 17);

        network.get_buffer("norm.running_mean")!.eq(3).all().item<bool>().Should().BeTrue();
        network.get_buffer("norm.running_var")!.eq(1).all().item<bool>().Should().BeTrue();
        network.get_buffer("norm.num_batches_tracked")!.item<long>().Should().Be(0);
        network.children().Select(child => child.training).Should().Equal(true, true, false, true);
        network.training.Should().BeTrue();
        network.get_parameter("head.bias")!.grad!.eq(1).all().item<bool>().Should().BeTrue();
        network.get_parameter("linear.weight")!.grad.Should().BeNull();
        network.get_parameter("linear.weight")!.requires_grad.Should().BeTrue();
        torch.random.get_rng_state().Equals(random).Should().BeTrue();
        batch.Equals(_batch).Should().BeTrue();
    }

    [Fact]
    public void A_thousand_layers_are_walked_once()
    {
        int calls = 0;
        Sequential network = nn.Sequential([.. Enumerable.Range(0, 1000).SelectMany(i => new (string, nn.Module<Tensor, Tensor>)[] { ($"linear{i}", nn.Linear(Width, Width)), ($"tanh{i}", nn.Tanh()) })]);
        ((nn.Module<Tensor, Tensor>)network.children().First()).register_forward_hook((_, _, _) =>
        {
            calls++;
            return null!;
        });

        Initializer.Apply(network, new Lsuv(_batch), seed: 17);

        calls.Should().BeInRange(1, 3, "the first layer runs until it is scaled, and not again for each of the others");
        Variances(network, _batch).Should().HaveCount(1000).And.OnlyContain(variance => Math.Abs(variance - 1) <= 0.02 + 1e-5);
    }

    [Fact]
    public void A_layer_that_scaling_does_not_bring_there_has_its_variance_in_the_record()
    {
        using NormalisedLayer layer = new();

        IReadOnlyList<AppliedInitialization> applied = Initializer.Apply(layer, new Lsuv(_batch, maxIterations: 3), seed: 17);

        applied.Single(parameter => parameter.Parameter == "weight").Initializer.Should().Be("Lsuv { Tolerance = 0.02, MaxIterations = 3 }, not reached: variance 4");
    }

    [Fact]
    public void A_layer_without_variance_is_an_error_that_names_it()
    {
        Sequential network = nn.Sequential(("linear1", nn.Linear(Width, Width)), ("inner", nn.Sequential(("linear2", nn.Linear(Width, Width)))));

        FluentActions.Invoking(() => Initializer.Apply(network, new Lsuv(zeros(4, Width)), seed: 17)).Should().Throw<InvalidInputException>().WithMessage(
            "LSUV cannot scale layer 'linear1': the variance of its output on the batch is 0; expected a finite number above 0. Check the batch, and what comes before the layer.");
        FluentActions.Invoking(() => Initializer.Apply(network, new Lsuv(full([4, Width], double.NaN)), seed: 17)).Should().Throw<InvalidInputException>().WithMessage(
            "LSUV cannot scale layer 'linear1': the variance of its output on the batch is NaN; *");
    }

    [Fact]
    public void Without_a_batch_it_cannot_draw() => FluentActions.Invoking(() => Initializer.Apply(nn.Linear(2, 2), new Lsuv(), seed: 17))
        .Should().Throw<InvalidInputException>().WithMessage("LSUV looks at data, and has no batch. Give it one: new Lsuv(batch).");

    [Fact]
    public void A_network_of_two_inputs_is_refused() => FluentActions.Invoking(() => Initializer.Apply(nn.Bilinear(2, 2, 2), new Lsuv(_batch), seed: 17))
        .Should().Throw<InvalidInputException>().WithMessage("LSUV runs the network on a batch, and Bilinear does not take one tensor and give one.");

    /// <summary>The variance of every linear layer's output in one forward pass.</summary>
    private static List<double> Variances(nn.Module<Tensor, Tensor> network, Tensor batch)
    {
        List<double> variances = [];
        using IDisposable noGradient = no_grad();
        foreach (TorchSharp.Modules.Linear layer in network.named_modules().Select(part => part.module).OfType<TorchSharp.Modules.Linear>())
        {
            layer.register_forward_hook((_, _, output) =>
            {
                variances.Add(Math.Pow(output.to(ScalarType.Float64).std(unbiased: false).item<double>(), 2));
                return null!;
            });
        }

        network.call(batch);
        return variances;
    }

    private sealed class RegisteredBackwards : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> _second = nn.Linear(Width, Width);
        private readonly nn.Module<Tensor, Tensor> _first = nn.Linear(Width, Width);

        public RegisteredBackwards()
            : base(nameof(RegisteredBackwards))
        {
            register_module("second", _second);
            register_module("first", _first);
        }

        public override Tensor forward(Tensor input) => _second.call(nn.functional.relu(_first.call(input)));

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _second.Dispose();
                _first.Dispose();
            }

            base.Dispose(disposing);
        }
    }

    /// <summary>Its output has the variance 4 whatever its weight.</summary>
    private sealed class NormalisedLayer : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Parameter _weight = nn.Parameter(zeros(Width, Width));

        public NormalisedLayer()
            : base(nameof(NormalisedLayer)) => register_parameter("weight", _weight);

        public override Tensor forward(Tensor input)
        {
            Tensor output = input.matmul(_weight);
            return 2 * (output - output.mean()) / output.std(unbiased: false);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _weight.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
