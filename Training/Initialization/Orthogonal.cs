using OnnxInit.Contracts.Randomness;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Training.Initialization;

/// <summary>
/// Orthonormal rows or columns, whichever are fewer, times a gain: Q of the QR decomposition of a Gaussian matrix, times the signs of R's
/// diagonal, which makes it uniform over the orthogonal group. The matrix is the one that maps the inputs of a unit to outputs,
/// [out, in kernel], one per group; a transposed convolution's tensor has its axes exchanged, the matrix has not.
/// </summary>
/// <param name="Gain">The factor; sqrt 2 for ReLU.</param>
/// <remarks>Sources: Saxe, McClelland, Ganguli 2014 (arXiv 1312.6120); Mezzadri 2007 (math-ph/0609050) for the signs.</remarks>
public sealed record Orthogonal(double Gain = 1) : WeightInitializer
{
    /// <inheritdoc/>
    public override void Fill(Span<double> weights, WeightShape shape, PhiloxRandom random)
    {
        (int outputs, int inputs, int taps) = (shape.Outputs, shape.Inputs, (int)shape.KernelSize);
        int columns = inputs * taps;
        for (int group = 0; group < shape.Groups; group++)
        {
            double[] map = Matrix(outputs, columns, Gain, random);
            if (!shape.Transposed)
            {
                map.CopyTo(weights[(group * outputs * columns)..]);
                continue;
            }

            for (int i = 0; i < map.Length; i++)
            {
                weights[shape.Index(group, i / columns, i % columns / taps, i % taps)] = map[i];
            }
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
