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
        Dictionary<string, Tensor> buffers = optimizer.Buffers.ToDictionary(buffer => buffer.Name, buffer => buffer.Value, StringComparer.Ordinal);
        Dictionary<nint, Tensor?> bufferOf = optimizer.Parameters.ToDictionary(parameter => parameter.Value.Handle, parameter => buffers.GetValueOrDefault(parameter.Name));
        ForEachOutput(output =>
        {
            if (output.Weight is not WeightSignal weight)
            {
                return;
            }

            double square = 0;
            foreach (Tensor parameter in output.Layer.WeightTensors)
            {
                using Tensor? gradient = parameter.grad;
                if (gradient is not null && bufferOf.TryGetValue(parameter.Handle, out Tensor? buffer))
                {
                    square += UpdateNorm.Square(gradient, buffer, optimizer.Momentum);
                }
            }

            output.Weight = weight with { UpdateRatio = Ratio(Math.Log10(square), weight, learningRate) };
        });
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
            SignalStatistics change = TensorStatistics.Of([.. output.Layer.WeightTensors.Zip(before, (now, then) => now - then)]);
            double log10Square = change.NonFinite > 0 ? double.NaN : change.Log10MeanSquare + Math.Log10(change.Count);
            output.Weight = output.Weight! with { UpdateRatio = Ratio(log10Square, output.Weight, factor: 1) };
        }

        ForgetSnapshot();
    }

    /// <summary>factor |change| / |weights|, by logarithms: either may be out of float64's range when it is squared.</summary>
    private static double Ratio(double log10Square, WeightSignal weight, double factor) =>
        factor * Math.Pow(10, (log10Square - weight.Values.Log10MeanSquare - Math.Log10(weight.Values.Count)) / 2);

    private void ForgetSnapshot()
    {
        foreach ((_, Tensor[] weights) in _snapshot)
        {
            Array.ForEach(weights, weight => weight.Dispose());
        }

        _snapshot.Clear();
    }
}
