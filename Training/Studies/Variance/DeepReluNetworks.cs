using OnnxInit.Contracts.Randomness;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Training.Studies.Variance;

/// <summary>
/// Some plain ReLU networks side by side: z_l = W_l h_(l-1), h_l = ReLU(z_l), l = 1..L, one output y = w h_L, the loss y^2. All weights are N(0, sigma^2),
/// all biases 0, the input is N(0, 1).
/// </summary>
internal sealed class DeepReluNetworks : IDisposable
{
    private readonly int _count;
    private readonly int _width;
    private readonly Tensor _input;      // [networks, width, 1]
    private readonly Tensor[] _weights;  // [networks, width, width] each
    private readonly Tensor _output;     // [networks, width, 1]

    /// <summary>Draws the weights.</summary>
    /// <param name="count">Networks.</param>
    /// <param name="depth">Hidden layers.</param>
    /// <param name="width">Their units.</param>
    /// <param name="variance">sigma^2.</param>
    /// <param name="seed">Everything is a function of it and of the name.</param>
    /// <param name="name">Which networks these are.</param>
    /// <param name="orthogonal">Whether the hidden weights are orthogonal matrices times sqrt(D sigma^2), with entries of the same variance, and not Gaussian ones.</param>
    public DeepReluNetworks(int count, int depth, int width, double variance, long seed, string name, bool orthogonal = false)
    {
        (_count, _width) = (count, width);
        using Generator generator = new((ulong)new PhiloxRandom(seed, name).NextUInt32(), CPU);
        double deviation = Math.Sqrt(variance);
        _input = Draw(width, 1, 1);
        _weights = [.. Enumerable.Range(0, depth).Select(_ => orthogonal ? Orthogonal() : Draw(width, width, deviation))];
        _output = Draw(width, 1, deviation);

        Tensor Draw(int rows, int columns, double scale) => randn([count, rows, columns], ScalarType.Float64, generator: generator).mul_(scale).DetachFromDisposeScope();

        Tensor Orthogonal()
        {
            using DisposeScope scope = NewDisposeScope();
            (Tensor q, Tensor r) = linalg.qr(randn([count, width, width], ScalarType.Float64, generator: generator));
            Tensor signs = r.diagonal(0, 1, 2).sign().unsqueeze(1); // they make Q uniform over the orthogonal group
            return (q * signs).mul_(deviation * Math.Sqrt(width)).DetachFromDisposeScope();
        }
    }

    /// <summary>log10 of the mean square of the input, which is 0 up to its fluctuation, by network.</summary>
    public double[] LogInputMeanSquares()
    {
        using DisposeScope scope = NewDisposeScope();
        return _input.square().mean([1, 2]).log10().data<double>().ToArray();
    }

    /// <summary>
    /// log10 of the mean square over a layer's units, of the activations h_l and of the gradients of the loss with respect to z_l, in float64. Each layer's
    /// result is scaled to a mean square of 1 and the logarithms of the scales are added up, so that nothing over- or underflows at any depth.
    /// </summary>
    /// <returns>By network and layer.</returns>
    public (double[][] Forward, double[][] Backward) LogMeanSquares()
    {
        using DisposeScope scope = NewDisposeScope();
        int depth = _weights.Length;
        double[][] forward = Table(depth);
        double[][] backward = Table(depth);
        Tensor[] active = new Tensor[depth];
        double[] scales = new double[_count];
        Tensor h = _input;
        for (int layer = 0; layer < depth; layer++)
        {
            h = Rescaled(bmm(_weights[layer], h).relu_(), scales, forward, layer);
            active[layer] = h.gt(0);
        }

        // dC/dy = 2 y, with y = w h_L and h_L = 10^(scale / 2) h.
        Tensor y = (_output * h).sum(1, keepdim: true); // [networks, 1, 1]
        Tensor gradient = 2 * y * _output;
        for (int layer = depth - 1; layer >= 0; layer--)
        {
            gradient = Rescaled(gradient * active[layer], scales, backward, layer);
            gradient = bmm(_weights[layer].transpose(1, 2), gradient);
        }

        return (forward, backward);

        double[][] Table(int length) => [.. Enumerable.Range(0, _count).Select(_ => new double[length])];
    }

    /// <summary>The first layer at which float32 fails, computed as a program would: without rescaling.</summary>
    /// <returns>By network: where an activation is infinite, where the mean square is infinite, and where it is 0; null where none is.</returns>
    public SingleFailure[] Float32Failures()
    {
        SingleFailure[] failures = [.. Enumerable.Repeat(new SingleFailure(null, null, null), _count)];
        Tensor h = _input.to(ScalarType.Float32);
        for (int layer = 1; layer <= _weights.Length; layer++)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor next = bmm(_weights[layer - 1].to(ScalarType.Float32), h).relu_();
            float[] largest = next.amax([1, 2]).data<float>().ToArray();
            float[] meanSquares = next.square().mean([1, 2]).data<float>().ToArray();
            for (int network = 0; network < _count; network++)
            {
                SingleFailure known = failures[network];
                failures[network] = new(
                    known.ActivationOverflow ?? (float.IsFinite(largest[network]) ? null : layer),
                    known.MeanSquareOverflow ?? (float.IsFinite(meanSquares[network]) ? null : layer),
                    known.MeanSquareUnderflow ?? (meanSquares[network] == 0 ? layer : null));
            }

            h.Dispose();
            h = next.MoveToOuterDisposeScope();
        }

        h.Dispose();
        return failures;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _input.Dispose();
        _output.Dispose();
        foreach (Tensor weight in _weights)
        {
            weight.Dispose();
        }
    }

    /// <summary>Takes the mean square out of each network's vector, adds its logarithm to the network's scale, and notes the sum.</summary>
    private Tensor Rescaled(Tensor values, double[] scales, double[][] table, int layer)
    {
        Tensor meanSquare = values.square().mean([1, 2], keepdim: true); // [networks, 1, 1]
        double[] numbers = meanSquare.data<double>().ToArray();
        for (int network = 0; network < _count; network++)
        {
            scales[network] += Math.Log10(numbers[network]);
            table[network][layer] = scales[network];
        }

        return values / meanSquare.sqrt();
    }
}

/// <summary>The layers, from 1, at which float32 fails.</summary>
/// <param name="ActivationOverflow">The first with an infinite activation.</param>
/// <param name="MeanSquareOverflow">The first with an infinite mean square.</param>
/// <param name="MeanSquareUnderflow">The first whose mean square is 0.</param>
internal sealed record SingleFailure(int? ActivationOverflow, int? MeanSquareOverflow, int? MeanSquareUnderflow);
