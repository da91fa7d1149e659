using OnnxInit.Contracts.Runs;
using OnnxInit.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Training.Diagnostics;

public sealed partial class SignalProbe
{
    private readonly List<(ProbedOutput Output, Tensor[] Weights)> _snapshot = [];

    /// <summary>
    /// Measures the update that <see cref="MomentumSgd.Step"/> is about to make, lr |mu b + g| / |w| for each layer's weights, without copies of the
    /// network. To be called after <see cref="AfterBackward"/> and before the step.
    /// </summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="learningRate">lr.</param>
    public void BeforeUpdate(MomentumSgd optimizer, double learningRate)
    {
        using IDisposable noGradient = no_grad();
        Dictionary<string, Tensor> buffers = optimizer.Buffers.ToDictionary(buffer => buffer.Name, buffer => buffer.Value, StringComparer.Ordinal);
        Dictionary<nint, Tensor?> bufferOf = optimizer.Parameters.ToDictionary(parameter => parameter.Value.Handle, parameter => buffers.GetValueOrDefault(parameter.Name));
        foreach (ProbedOutput output in _outputs)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor[] updates =
            [
                .. output.Layer.WeightTensors
                    .Where(weight => output.Weight is not null && bufferOf.ContainsKey(weight.Handle) && weight.grad is not null)
                    .Select(weight => bufferOf[weight.Handle] is Tensor buffer ? weight.grad!.add(buffer, alpha: optimizer.Momentum) : weight.grad!),
            ];
            SetRatio(output, updates, learningRate);
        }
    }

    /// <summary>
    /// For any other optimizer: copies the weights of the layers that were seen, for <see cref="AfterUpdate"/> to compare with. Takes as much memory as
    /// they do.
    /// </summary>
    public void BeforeUpdate()
    {
        ForgetSnapshot();
        using IDisposable noGradient = no_grad();
        _snapshot.AddRange(_outputs.Where(output => output.Weight is not null).Select(output =>
            (output, output.Layer.WeightTensors.Select(weight => weight.detach().clone().DetachFromDisposeScope()).ToArray())));
    }

    /// <summary>Measures what the weights have become since <see cref="BeforeUpdate()"/>, and drops the copies.</summary>
    public void AfterUpdate()
    {
        using IDisposable noGradient = no_grad();
        foreach ((ProbedOutput output, Tensor[] before) in _snapshot)
        {
            using DisposeScope scope = NewDisposeScope();
            SetRatio(output, [.. output.Layer.WeightTensors.Zip(before, (now, then) => now - then)], learningRate: 1);
        }

        ForgetSnapshot();
    }

    private static void SetRatio(ProbedOutput output, Tensor[] updates, double learningRate)
    {
        if (updates.Length > 0 && output.Weight is WeightSignal weight)
        {
            // A layer's updates may be of fewer weights than it has, when some are frozen: sums and not means.
            SignalStatistics update = TensorStatistics.Of(updates);
            double log10Ratio = (update.Log10MeanSquare + Math.Log10(update.Count) - weight.Values.Log10MeanSquare - Math.Log10(weight.Values.Count)) / 2;
            double ratio = update.NonFinite > 0 ? double.NaN : learningRate * Math.Pow(10, log10Ratio);
            output.Weight = weight with { UpdateRatio = ratio };
        }
    }

    private void ForgetSnapshot()
    {
        foreach ((_, Tensor[] weights) in _snapshot)
        {
            Array.ForEach(weights, weight => weight.Dispose());
        }

        _snapshot.Clear();
    }
}
