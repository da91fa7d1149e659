using OnnxInit.Contracts.Models;
using OnnxInit.Training.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Training;

/// <summary>BatchNorm's arithmetic, by hand: one feature, the batches (1, 3, 5, 7) and (0, 0, 2, 2).</summary>
public sealed class BatchNormTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Sequential _network = ModelBuilder.Build(new("norm", [1], [new BatchNormSpec()]));

    public void Dispose()
    {
        _network.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void A_batch_is_normalised_by_its_biased_variance() =>
        // Mean 4, variance (9 + 1 + 1 + 9) / 4 = 5: y = (x - 4) / sqrt(5 + 1e-5).
        Call(1, 3, 5, 7).Should().Equal([-1.341639f, -0.447213f, 0.447213f, 1.341639f], Close);

    [Fact]
    public void Running_statistics_take_a_tenth_of_the_mean_and_of_the_unbiased_variance()
    {
        Call(1, 3, 5, 7);

        // 0.9 x 0 + 0.1 x 4; 0.9 x 1 + 0.1 x 20 / 3.
        Statistics().Should().Equal([0.4f, 1.5666667f], Close);

        Call(0, 0, 2, 2);

        // Mean 1, unbiased variance 4 / 3: 0.9 x 0.4 + 0.1 x 1; 0.9 x 1.5666667 + 0.1 x 1.3333333.
        Statistics().Should().Equal([0.46f, 1.5433333f], Close);
    }

    [Fact]
    public void Eval_mode_normalises_by_the_running_statistics_and_leaves_them()
    {
        Call(1, 3, 5, 7);
        _network.eval();

        // (2.4 - 0.4) / sqrt(1.5666667 + 1e-5) = 2 / 1.251670.
        Call(0.4f, 2.4f).Should().Equal([0, 1.597865f], Close);
        Statistics().Should().Equal([0.4f, 1.5666667f], Close);
    }

    [Fact]
    public void Eps_and_momentum_are_those_of_the_specification()
    {
        Sequential network = ModelBuilder.Build(new("norm", [1], [new BatchNormSpec(Eps: 4, Momentum: 0.5)]));

        // Variance 5: (7 - 4) / sqrt(5 + 4) = 1; running mean 0.5 x 4.
        network.call(tensor(new float[] { 1, 3, 5, 7 }).reshape(-1, 1)).data<float>().ToArray()[3].Should().BeApproximately(1, 1e-6f);
        network.state_dict()["batchnorm1.running_mean"].item<float>().Should().Be(2);
    }

    private float[] Call(params float[] batch) => _network.call(tensor(batch).reshape(-1, 1)).data<float>().ToArray();

    private float[] Statistics()
    {
        Dictionary<string, Tensor> state = _network.state_dict();
        return [state["batchnorm1.running_mean"].item<float>(), state["batchnorm1.running_var"].item<float>()];
    }

    private static bool Close(float left, float right) => Math.Abs(left - right) < 2e-6;
}
