using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Export.Lowerings;

/// <summary>Modules that libtorch makes keep attributes to themselves; what they compute tells them.</summary>
internal static class HiddenModule
{
    /// <summary>Asks a module by calling it: in eval mode, without gradients; its mode is as before afterwards.</summary>
    /// <typeparam name="T">The answer.</typeparam>
    /// <param name="module">The module.</param>
    /// <param name="question">Calls it; tensors that it makes are disposed of.</param>
    public static T Ask<T>(nn.Module module, Func<T> question)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        bool training = module.training;
        try
        {
            if (training)
            {
                module.eval();
            }

            return question();
        }
        finally
        {
            if (training)
            {
                module.train();
            }
        }
    }

    /// <summary>A module's parameters by their names.</summary>
    public static IReadOnlyDictionary<string, Tensor> Parameters(nn.Module module) =>
        module.named_parameters().ToDictionary(pair => pair.name, pair => (Tensor)pair.parameter);

    /// <summary>Numbers between -1 and 1 without a pattern, the same every time; the random state is left alone.</summary>
    /// <param name="like">Of which type and device.</param>
    /// <param name="shape">The shape.</param>
    public static Tensor Numbers(Tensor like, params long[] shape) =>
        (arange(1, shape.Aggregate(1L, (product, size) => product * size) + 1, ScalarType.Float64) * 12.9898).sin().reshape(shape).to(like.dtype).to(like.device);

    /// <summary>Which of the candidates comes nearest to what was found.</summary>
    /// <param name="found">What the module computed.</param>
    /// <param name="candidates">What it would compute.</param>
    /// <returns>The candidate's position, and the greatest difference relative to the greatest value.</returns>
    public static (int Index, double Difference) Nearest(Tensor found, params IReadOnlyList<Tensor> candidates)
    {
        double scale = Math.Max(found.abs().max().to(ScalarType.Float64).item<double>(), 1e-30);
        (int Index, double Difference)[] differences = [.. candidates.Select((candidate, i) => (i, (found - candidate).abs().max().to(ScalarType.Float64).item<double>() / scale))];
        return differences.MinBy(pair => double.IsNaN(pair.Difference) ? double.PositiveInfinity : pair.Difference);
    }
}
