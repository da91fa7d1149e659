using OnnxInit.Contracts.Randomness;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Training.Studies.Moments;

/// <summary>Outputs z = w h of linear units, each with weights and inputs of its own: draws from the distribution that theory speaks of.</summary>
internal static class LinearLayerSample
{
    /// <summary>Products that are in memory at once.</summary>
    private const int AtOnce = 2_000_000;

    /// <summary>Draws.</summary>
    /// <param name="count">Units.</param>
    /// <param name="fanIn">m: inputs of a unit.</param>
    /// <param name="weightVariance">Of the weights, which are normal with mean 0.</param>
    /// <param name="input">Makes inputs of standard normal numbers.</param>
    /// <param name="context">Seed and cancellation.</param>
    /// <param name="name">Which sample this is.</param>
    public static double[] Draw(int count, int fanIn, double weightVariance, Func<Tensor, Tensor> input, StudyContext context, string name)
    {
        using Generator generator = new(new PhiloxRandom(context.Seed, name).NextUInt32(), CPU);
        double[] outputs = new double[count];
        int rows = Math.Max(1, AtOnce / fanIn);
        for (int first = 0; first < count; first += rows)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            using DisposeScope scope = NewDisposeScope();
            long[] shape = [Math.Min(rows, count - first), fanIn];
            Tensor weights = randn(shape, ScalarType.Float64, generator: generator).mul_(Math.Sqrt(weightVariance));
            Tensor inputs = input(randn(shape, ScalarType.Float64, generator: generator));
            (weights * inputs).sum(1L).data<double>().ToArray().CopyTo(outputs, first);
        }

        return outputs;
    }

    /// <summary>Standard normal numbers through a function.</summary>
    /// <param name="count">How many.</param>
    /// <param name="function">The function.</param>
    /// <param name="context">The seed.</param>
    /// <param name="name">Which sample this is.</param>
    public static (double[] Before, double[] After) Through(int count, Func<Tensor, Tensor> function, StudyContext context, string name)
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new(new PhiloxRandom(context.Seed, name).NextUInt32(), CPU);
        Tensor before = randn([count], ScalarType.Float64, generator: generator);
        return (before.data<double>().ToArray(), function(before).data<double>().ToArray());
    }
}
