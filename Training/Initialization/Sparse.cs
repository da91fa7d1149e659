using OnnxInit.Contracts;
using OnnxInit.Contracts.Randomness;

namespace OnnxInit.Training.Initialization;

/// <summary>
/// Of the outputs that an input reaches, a part chosen at random is not connected: ceil(sparsity x out) entries of every column of [out, in] are
/// 0, and the others N(0, std^2).
/// </summary>
/// <param name="Sparsity">The part of a column that is 0, from 0 to 1.</param>
/// <param name="StandardDeviation">The standard deviation of the others.</param>
/// <remarks>Source: Martens 2010, "Deep learning via Hessian-free optimization", ICML; <c>torch.nn.init.sparse_</c>.</remarks>
public sealed record Sparse(double Sparsity, double StandardDeviation = 0.01) : WeightInitializer
{
    /// <inheritdoc/>
    /// <exception cref="InvalidInputException">The weight is not a matrix, or the sparsity is not a part.</exception>
    public override void Fill(Span<double> weights, WeightShape shape, PhiloxRandom random)
    {
        if (shape.HasKernel)
        {
            throw new InvalidInputException($"sparse initialisation is for matrices, and the weight is {shape}; expected [out, in]. Use another scheme for convolutions.");
        }

        if (!(Sparsity is >= 0 and <= 1))
        {
            throw new InvalidInputException($"the sparsity is the part of the weights that is 0; expected 0 to 1, found {Sparsity}.");
        }

        new Normal(0, StandardDeviation).Fill(weights, shape, random);
        int[] rows = [.. Enumerable.Range(0, shape.Outputs)];
        int zeros = (int)Math.Ceiling(Sparsity * rows.Length);
        for (int column = 0; column < shape.Inputs; column++)
        {
            random.Shuffle(rows);
            foreach (int row in rows.AsSpan(0, zeros))
            {
                weights[(row * shape.Inputs) + column] = 0;
            }
        }
    }
}
