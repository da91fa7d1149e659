using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Training.Studies.Range;

/// <summary>What became of a product of matrices a I, layer by layer.</summary>
/// <param name="Logarithms">log10 of the product's first entry, by layer; NaN where it is 0 or not finite.</param>
/// <param name="Infinite">The first layer at which an entry is infinite; null when none is.</param>
/// <param name="Zero">The first layer at which all entries are 0.</param>
/// <param name="NaN">The first layer at which an entry is not a number.</param>
internal sealed record MatrixProduct(IReadOnlyList<double> Logarithms, int? Infinite, int? Zero, int? NaN)
{
    /// <summary>Multiplies: forward W_L ... W_1, from the first layer on; backward as autograd does it, from the last layer back.</summary>
    /// <param name="format">The format of all matrices.</param>
    /// <param name="factor">a.</param>
    /// <param name="options">How many, and how large.</param>
    /// <param name="backward">Whether a gradient goes back through the layers.</param>
    /// <param name="cancellation">Stops it.</param>
    public static MatrixProduct Compute(FloatFormat format, double factor, RangeStudyOptions options, bool backward, CancellationToken cancellation)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor weight = (eye(options.Size, dtype: ScalarType.Float64) * factor).to(format.Type);
        Tensor product = eye(options.Size, dtype: format.Type);
        double[] logarithms = new double[options.Depth];
        Array.Fill(logarithms, double.NaN);
        int? infinite = null;
        int? zero = null;
        int? nan = null;
        for (int layer = 1; layer <= options.Depth && zero is null && nan is null; layer++) // nothing changes after these
        {
            cancellation.ThrowIfCancellationRequested();
            Tensor next = backward ? Backward(weight, product) : matmul(weight, product);
            product.Dispose();
            product = next;
            using DisposeScope read = NewDisposeScope();
            double first = product[0, 0].to(ScalarType.Float64).item<double>();
            logarithms[layer - 1] = first > 0 && double.IsFinite(first) ? Math.Log10(first) : double.NaN;
            Tensor wide = product.to(ScalarType.Float64);
            infinite ??= wide.isinf().any().item<bool>() ? layer : null;
            nan = wide.isnan().any().item<bool>() ? layer : null;
            zero = wide.eq(0).all().item<bool>() ? layer : null;
        }

        return new(logarithms, infinite, zero, nan);
    }

    /// <summary>What autograd makes of the gradient with respect to a layer's output: that with respect to its input.</summary>
    private static Tensor Backward(Tensor weight, Tensor gradient)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor input = ones_like(gradient).requires_grad_();
        return autograd.grad([matmul(weight, input)], [input], [gradient])[0].MoveToOuterDisposeScope();
    }
}
