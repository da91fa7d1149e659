using OnnxInit.Contracts.Randomness;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Training.Initialization;

/// <summary>
/// Orthonormal rows or columns, whichever are fewer, times a gain: Q of the QR decomposition of a Gaussian matrix, times the signs of R's
/// diagonal, which makes it uniform over the orthogonal group. A weight [out, in, kernel...] is the matrix [out, in kernel], one per group.
/// </summary>
/// <param name="Gain">The factor; sqrt 2 for ReLU.</param>
/// <remarks>Sources: Saxe, McClelland, Ganguli 2014 (arXiv 1312.6120); Mezzadri 2007 (math-ph/0609050) for the signs.</remarks>
public sealed record Orthogonal(double Gain = 1) : WeightInitializer
{
    /// <inheritdoc/>
    public override void Fill(Span<double> weights, WeightShape shape, PhiloxRandom random)
    {
        int rows = (int)(shape.Sizes[0] / shape.Groups);
        int columns = (int)(shape.Sizes.Skip(1).Aggregate(1L, (product, axis) => product * axis));
        for (int group = 0; group < shape.Groups; group++)
        {
            Matrix(rows, columns, Gain, random).CopyTo(weights[(group * rows * columns)..]);
        }
    }

    /// <summary>Draws a matrix with orthonormal rows (rows up to columns) or columns, row-major, times a gain.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="gain">The factor.</param>
    /// <param name="random">The random numbers.</param>
    internal static double[] Matrix(int rows, int columns, double gain, PhiloxRandom random)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        double[] gaussian = new double[rows * columns];
        for (int i = 0; i < gaussian.Length; i++)
        {
            gaussian[i] = random.NextNormal();
        }

        int many = Math.Max(rows, columns);
        int few = Math.Min(rows, columns);
        (Tensor q, Tensor r) = linalg.qr(tensor(gaussian).reshape(many, few));
        Tensor orthonormal = q * (r.diagonal().sign() * gain);                      // [many, few]
        return (rows < columns ? orthonormal.t() : orthonormal).contiguous().data<double>().ToArray();
    }
}
