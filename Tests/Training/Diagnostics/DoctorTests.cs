using OnnxInit.Contracts.Runs;
using OnnxInit.Training.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;
using Sequential = TorchSharp.Modules.Sequential;

namespace OnnxInit.Tests.Training.Diagnostics;

public sealed class DoctorTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Tensor _batch = randn([16, 3, 8, 8], generator: new Generator(3));
    private readonly Tensor _labels = arange(16).remainder(4);

    public void Dispose()
    {
        _batch.Dispose();
        _labels.Dispose();
        _scope.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_network_is_afterwards_exactly_as_it_was(bool training)
    {
        Sequential network = Network();
        network.train(training);
        ((nn.Module)network.children().ElementAt(3)).train(!training);
        network.get_parameter("head.bias")!.grad = ones(4) * 7;
        network.get_parameter("conv.bias")!.requires_grad = false;
        Dictionary<string, byte[]> state = State(network);
        bool[] modes = [.. network.children().Select(child => child.training)];
        using Tensor random = torch.random.get_rng_state();
        using Tensor batch = _batch.clone();

        Doctor.Examine(network, batch, _labels, new() { JacobianInputs = 2 });
        FluentActions.Invoking(() => Doctor.Examine(network, batch, _labels.narrow(0, 0, 3))).Should().Throw<Exception>("there are more images than labels");

        State(network).Should().BeEquivalentTo(state);
        network.children().Select(child => child.training).Should().Equal(modes);
        network.training.Should().Be(training);
        network.get_parameter("head.bias")!.grad!.eq(7).all().item<bool>().Should().BeTrue();
        network.named_parameters().Where(pair => pair.parameter.grad is not null).Select(pair => pair.name).Should().Equal("head.bias");
        network.named_parameters().Where(pair => !pair.parameter.requires_grad).Select(pair => pair.name).Should().Equal("conv.bias");
        torch.random.get_rng_state().Equals(random).Should().BeTrue();
        batch.Equals(_batch).Should().BeTrue();
    }

    [Fact]
    public void The_report_has_the_loss_the_signals_and_the_verdict()
    {
        Sequential network = Network();
        network.eval();
        ((nn.Module)network.children().ElementAt(1)).train();

        DoctorReport report = Doctor.Examine(network, _batch, _labels);

        report.Loss.Should().BeApproximately(nn.functional.cross_entropy(network.call(_batch), _labels).item<float>(), 1e-6);
        report.Signals.Layers.Select(layer => layer.Name).Should().Equal("conv", "norm", "relu", "dropout", "flatten", "head");
        report.Signals.Layers.Should().OnlyContain(layer => layer.Gradient != null);
        report.Diagnosis.WeightLayers.Should().Be(2);
        report.Jacobian.Should().BeNull();
        string json = System.Text.Json.JsonSerializer.Serialize(report, RunJson.Lines.DoctorReport);
        System.Text.Json.JsonSerializer.Deserialize(json, RunJson.Lines.DoctorReport).Should().BeEquivalentTo(report);
    }

    [Fact]
    public void Without_labels_the_loss_is_half_the_mean_square_of_the_outputs()
    {
        Sequential network = nn.Sequential(("head", nn.Linear(6, 4)));
        Tensor batch = randn(5, 6);

        DoctorReport report = Doctor.Examine(network, batch);

        report.Loss.Should().BeApproximately(network.call(batch).square().mean().item<float>() / 2, 1e-6);
        report.Signals.Layers.Single().Gradient!.Log10MeanSquare.Should().BeApproximately(report.Signals.Layers.Single().Forward.Log10MeanSquare - (2 * Math.Log10(20)), 1e-5);
    }

    [Fact]
    public void Frozen_networks_have_gradients_of_outputs_and_none_of_weights()
    {
        Sequential network = nn.Sequential(("linear", nn.Linear(6, 4)), ("relu", nn.ReLU(inplace: true)));
        foreach (TorchSharp.Modules.Parameter parameter in network.parameters())
        {
            parameter.requires_grad = false;
        }


        DoctorReport report = Doctor.Examine(network, randn(5, 6));

        report.Signals.Layers.Should().OnlyContain(layer => layer.Gradient != null);
        report.Signals.Layers[0].Weight!.Gradient.Should().BeNull();
    }

    [Fact]
    public void A_network_of_any_form_is_examined_by_its_loss()
    {
        using TorchSharp.Modules.Bilinear module = nn.Bilinear(3, 5, 2);

        DoctorReport report = Doctor.Examine(module, () => module.call(ones(4, 3), ones(4, 5)).sum());

        report.Signals.Layers.Should().ContainSingle().Which.Gradient.Should().BeEquivalentTo(new { Min = 1.0, Max = 1.0 });
    }

    [Fact]
    public void Doubles_and_halves_are_examined_in_their_own_type()
    {
        Sequential network = nn.Sequential(("linear", nn.Linear(6, 4)), ("relu", nn.ReLU()));
        network.to(ScalarType.BFloat16);

        DoctorReport report = Doctor.Examine(network, randn(5, 6));

        report.Signals.Layers.Should().OnlyContain(layer => layer.ElementType == "bfloat16" && layer.Gradient != null);
    }

    [Fact]
    public void Singular_values_are_those_of_the_matrix_of_a_linear_network()
    {
        TorchSharp.Modules.Linear linear = nn.Linear(6, 4);
        double[] expected = [.. linalg.svdvals(linear.weight.to(ScalarType.Float64)).data<double>().ToArray().Order()];

        SingularValues values = Doctor.Examine(linear, randn(9, 6), options: new() { JacobianInputs = 3 }).Jacobian!;

        (values.Inputs, values.PerInput).Should().Be((3, 4));
        values.Min.Should().BeApproximately(expected[0], 1e-6);
        values.Max.Should().BeApproximately(expected[3], 1e-6);
        values.Mean.Should().BeApproximately(expected.Average(), 1e-6);
        values.Condition.Should().BeApproximately(expected[3] / expected[0], 1e-4);
    }

    [Fact]
    public void With_BatchNorm_the_Jacobian_is_that_within_the_batch()
    {
        using Sequential network = nn.Sequential(nn.Linear(6, 5), nn.BatchNorm1d(5));
        Tensor batch = randn(2000, 6);

        SingularValues values = Doctor.Examine(network, batch, options: new() { JacobianInputs = 1 }).Jacobian!;

        // In a large batch one example hardly moves mean and variance: W / std(W x).
        TorchSharp.Modules.Linear linear = (TorchSharp.Modules.Linear)network.children().First();
        double[] expected = [.. linalg.svdvals((linear.weight / linear.call(batch).std(0, keepdim: true).t()).to(ScalarType.Float64)).data<double>().ToArray().Order()];
        values.Max.Should().BeApproximately(expected[^1], 0.02 * expected[^1]);
        values.Min.Should().BeApproximately(expected[0], 0.02 * expected[0]);
    }

    [Fact]
    public void A_Jacobian_of_zeros_has_an_infinite_condition() =>
        JacobianSpectrum.Of(nn.ReLU(), full([1, 3], -1f)).Condition.Should().Be(double.PositiveInfinity);

    [Fact]
    public void The_Jacobian_is_that_at_the_input()
    {
        // d tanh(x)/dx = 1 - tanh^2, at 0 and at 1.
        SingularValues values = JacobianSpectrum.Of(nn.Sequential(nn.Tanh()), tensor(new[] { 0.0, 1 }).reshape(2, 1));

        values.Should().BeEquivalentTo(new SingularValues(2, 1, (1 + Slope(1)) / 2, Slope(1), 1, 1), options => options.Using<double>(pair => pair.Subject.Should().BeApproximately(pair.Expectation, 1e-12)).WhenTypeIs<double>());
        double.IsNaN(JacobianSpectrum.Of(nn.Linear(2, 2), full([1, 2], double.NaN)).Max).Should().BeFalse("a linear map has the same slope everywhere");
        double.IsNaN(JacobianSpectrum.Of(nn.Tanh(), full([1, 2], float.NaN)).Max).Should().BeTrue();

        static double Slope(double x) => 1 - (Math.Tanh(x) * Math.Tanh(x));
    }

    private static Sequential Network() => nn.Sequential(
        ("conv", nn.Conv2d(3, 5, 3)), ("norm", nn.BatchNorm2d(5)), ("relu", nn.ReLU(inplace: true)), ("dropout", nn.Dropout(0.5)), ("flatten", nn.Flatten()), ("head", nn.Linear(180, 4)));

    private static Dictionary<string, byte[]> State(Sequential network) => network.state_dict().ToDictionary(pair => pair.Key, pair => pair.Value.bytes.ToArray());
}
