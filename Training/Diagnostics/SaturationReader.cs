using System.Numerics;
using System.Runtime.InteropServices;

namespace OnnxInit.Training.Diagnostics;

/// <summary>Counts the entries at the flat ends of an activation.</summary>
/// <param name="ends">The ends.</param>
internal sealed class SaturationReader(Saturation ends) : IBlockReader
{
    /// <summary>Entries beyond the ends.</summary>
    public long Saturated { get; private set; }

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<float> block)
    {
        const int mostVectors = 1 << 20; // of int counters
        ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(block);
        Vector<float> low = new((float)ends.Low), high = new((float)ends.High);
        for (int start = 0; start < vectors.Length; start += mostVectors)
        {
            Vector<int> count = default;
            foreach (Vector<float> values in vectors[start..Math.Min(vectors.Length, start + mostVectors)])
            {
                count -= Vector.LessThan(values, low) | Vector.GreaterThan(values, high);
            }

            Saturated += Vector.Sum(count);
        }

        foreach (float value in block[(vectors.Length * Vector<float>.Count)..])
        {
            Saturated += value < (float)ends.Low || value > (float)ends.High ? 1 : 0;
        }
    }

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<double> block)
    {
        foreach (double value in block)
        {
            Saturated += value < ends.Low || value > ends.High ? 1 : 0;
        }
    }
}
