using System.Numerics;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Training.Diagnostics;

/// <summary>The size of the update of <see cref="Optimization.MomentumSgd"/>.</summary>
internal static class UpdateNorm
{
    /// <summary>|g + mu b|^2, in float64.</summary>
    /// <param name="gradient">g.</param>
    /// <param name="buffer">b; null for none.</param>
    /// <param name="momentum">mu.</param>
    public static double Square(Tensor gradient, Tensor? buffer, double momentum)
    {
        if (buffer is not null && IsPlain(gradient) && IsPlain(buffer))
        {
            ReadOnlySpan<float> g = MemoryMarshal.Cast<byte, float>(gradient.bytes);
            ReadOnlySpan<float> b = MemoryMarshal.Cast<byte, float>(buffer.bytes);
            double square = Square(g, b, (float)momentum);
            GC.KeepAlive(gradient);
            GC.KeepAlive(buffer);
            return square;
        }

        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Contracts.Runs.SignalStatistics update = TensorStatistics.Of(buffer is null ? gradient : gradient.add(buffer, alpha: momentum));
        return update.NonFinite > 0 ? double.NaN : update.Count == 0 ? 0 : Math.Pow(10, update.Log10MeanSquare) * update.Count;
    }

    private static bool IsPlain(Tensor tensor) =>
        tensor.dtype == ScalarType.Float32 && tensor.device_type == DeviceType.CPU && tensor.is_contiguous() && tensor.NumberOfElements <= int.MaxValue / sizeof(float);

    /// <summary>The sum in float32, as the optimizer makes it; its square in float64.</summary>
    private static double Square(ReadOnlySpan<float> gradient, ReadOnlySpan<float> buffer, float momentum)
    {
        ReadOnlySpan<Vector<float>> g = MemoryMarshal.Cast<float, Vector<float>>(gradient);
        ReadOnlySpan<Vector<float>> b = MemoryMarshal.Cast<float, Vector<float>>(buffer);
        Vector<float> mu = new(momentum);
        Vector<double> lowerSum = default, upperSum = default;
        for (int i = 0; i < g.Length; i++)
        {
            Vector.Widen(Vector.FusedMultiplyAdd(b[i], mu, g[i]), out Vector<double> lower, out Vector<double> upper);
            lowerSum = Vector.FusedMultiplyAdd(lower, lower, lowerSum);
            upperSum = Vector.FusedMultiplyAdd(upper, upper, upperSum);
        }

        double square = Vector.Sum(lowerSum + upperSum);
        for (int i = g.Length * Vector<float>.Count; i < gradient.Length; i++)
        {
            double update = (buffer[i] * momentum) + gradient[i];
            square += update * update;
        }

        return square;
    }
}
