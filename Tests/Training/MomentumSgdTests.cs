using OnnxInit.Training.Optimization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Training;

public sealed class MomentumSgdTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Three_steps_are_as_by_hand()
    {
        // mu = 0.5, lr = 0.1, p = 1, g = 1, 2, 4:
        // b = 1, p = 0.9; b = 0.5 + 2 = 2.5, p = 0.65; b = 1.25 + 4 = 5.25, p = 0.125.
        Linear layer = OneWeight(1);
        using MomentumSgd optimizer = new(layer, momentum: 0.5);

        float[] weights = [.. ((float[])[1, 2, 4]).Select(gradient => Step(layer, optimizer, gradient, 0.1))];

        weights.Should().Equal([0.9f, 0.65f, 0.125f], (left, right) => Math.Abs(left - right) < 1e-6);
        optimizer.Buffers.Should().ContainSingle().Which.Value.item<float>().Should().Be(5.25f);
    }

    [Fact]
    public void The_learning_rate_stands_outside_of_the_buffer()
    {
        // lr 1, g = 1: b = 1, p = 0. lr 0.1, g = 0: b = 0.5, p = 0 - 0.05, and not 0 - 0.5 x the last change.
        Linear layer = OneWeight(1);
        using MomentumSgd optimizer = new(layer, momentum: 0.5);

        Step(layer, optimizer, 1, learningRate: 1);

        Step(layer, optimizer, 0, learningRate: 0.1).Should().BeApproximately(-0.05f, 1e-7f);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.9)]
    public void Twenty_steps_are_as_those_of_torch_optim_SGD(double momentum)
    {
        const double learningRate = 0.05;
        manual_seed(1);
        Sequential ours = Network();
        Sequential theirs = Network();
        theirs.load_state_dict(ours.state_dict());
        using MomentumSgd optimizer = new(ours, momentum);
        using var reference = optim.SGD(theirs.parameters(), learningRate, momentum);
        for (int step = 0; step < 20; step++)
        {
            Tensor input = randn(8, 5);
            Tensor labels = arange(8).remainder(3);
            nn.functional.cross_entropy(ours.call(input), labels).backward();
            optimizer.Step(learningRate);
            reference.zero_grad();
            nn.functional.cross_entropy(theirs.call(input), labels).backward();
            reference.step();
        }

        foreach ((Parameter mine, Parameter other) in ours.parameters().Zip(theirs.parameters()))
        {
            (mine - other).abs().max().item<float>().Should().BeLessThan(1e-6f);
        }
    }

    [Fact]
    public void Without_momentum_a_step_is_plain_descent_and_nothing_is_kept()
    {
        // p = 1 - 0.1 x 2 - 0.1 x 3.
        Linear layer = OneWeight(1);
        using MomentumSgd optimizer = new(layer, momentum: 0);

        Step(layer, optimizer, 2, 0.1);

        Step(layer, optimizer, 3, 0.1).Should().BeApproximately(0.5f, 1e-6f);
        optimizer.Buffers.Should().BeEmpty();
    }

    [Fact]
    public void A_step_takes_the_gradients_away()
    {
        Linear layer = OneWeight(1);
        using MomentumSgd optimizer = new(layer, momentum: 0.9);

        Step(layer, optimizer, 1, 0.1);

        layer.weight.grad.Should().BeNull();
    }

    [Fact]
    public void A_parameter_without_a_gradient_stays_and_one_that_needs_none_is_not_taken()
    {
        Sequential network = Network();
        network.parameters().First().requires_grad = false;
        using MomentumSgd optimizer = new(network, momentum: 0.9);
        byte[] before = network.state_dict()["second.bias"].bytes.ToArray();

        optimizer.Step(0.1);

        optimizer.Parameters.Select(parameter => parameter.Name).Should().Equal("first.bias", "second.weight", "second.bias");
        network.state_dict()["second.bias"].bytes.ToArray().Should().Equal(before);
        optimizer.Buffers.Should().BeEmpty();
    }

    [Fact]
    public void Restored_buffers_go_on_where_the_others_stood()
    {
        // As three steps by hand, with another optimizer after the second.
        Linear layer = OneWeight(1);
        using MomentumSgd first = new(layer, momentum: 0.5);
        Step(layer, first, 1, 0.1);
        Step(layer, first, 2, 0.1);
        using MomentumSgd second = new(layer, momentum: 0.5);

        second.Restore(first.Buffers.ToDictionary(buffer => buffer.Name, buffer => buffer.Value));

        Step(layer, second, 4, 0.1).Should().BeApproximately(0.125f, 1e-6f);
        first.Buffers.Single().Value.item<float>().Should().Be(2.5f, "the buffers were copied");
    }

    [Fact]
    public void Restoring_forgets_the_buffers_that_are_not_named()
    {
        Linear layer = OneWeight(1);
        using MomentumSgd optimizer = new(layer, momentum: 0.5);
        Step(layer, optimizer, 1, 0.1);

        optimizer.Restore(new Dictionary<string, Tensor>());

        optimizer.Buffers.Should().BeEmpty();
    }

    private static Sequential Network() => nn.Sequential(("first", nn.Linear(5, 4)), ("relu", nn.ReLU()), ("second", nn.Linear(4, 3)));

    private static Linear OneWeight(float value)
    {
        Linear layer = nn.Linear(1, 1, hasBias: false);
        using IDisposable noGradient = no_grad();
        layer.weight.fill_(value);
        return layer;
    }

    /// <summary>A step with the loss gradient * weight; the weight afterwards.</summary>
    private static float Step(Linear layer, MomentumSgd optimizer, float gradient, double learningRate)
    {
        layer.call(tensor(new[] { gradient }).reshape(1, 1)).sum().backward();
        optimizer.Step(learningRate);
        return layer.weight.item<float>();
    }
}
