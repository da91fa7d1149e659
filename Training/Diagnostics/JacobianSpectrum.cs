using OnnxInit.Contracts.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Training.Diagnostics;

/// <summary>The singular values of d output / d input: what a network does to small differences, in every direction.</summary>
public static class JacobianSpectrum
{
    /// <summary>
    /// Takes the Jacobian of each example, [outputs, inputs] after flattening both, by one backward pass for each output over all examples together:
    /// a batch normalisation that normalises by the batch adds what one example does to the others. The mode of the module stands, and its
    /// gradients are left alone.
    /// </summary>
    /// <param name="module">The network.</param>
    /// <param name="inputs">The examples, [N, ...]; all of them run through the network.</param>
    /// <param name="count">Of how many, from the first, the Jacobian is taken; null for all. With a batch normalisation the others are its batch.</param>
    public static SingularValues Of(nn.Module<Tensor, Tensor> module, Tensor inputs, int? count = null)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable gradient = enable_grad();
        Tensor input = inputs.detach().clone().requires_grad_();
        Tensor outputs = module.call(input.alias() * 1).flatten(1); // a module may work in place, which a leaf forbids
        long examples = Math.Min(count ?? outputs.shape[0], outputs.shape[0]);
        Tensor looked = outputs.narrow(0, 0, examples);
        long entries = outputs.shape[1];
        Tensor[] rows = new Tensor[entries];
        for (long i = 0; i < entries; i++)
        {
            using DisposeScope pass = NewDisposeScope();
            Tensor row = autograd.grad([looked.select(1, i).sum()], [input], retain_graph: i < entries - 1)[0].narrow(0, 0, examples);
            rows[i] = row.detach().flatten(1).to(ScalarType.Float64).MoveToOuterDisposeScope();
        }

        Tensor jacobian = stack(rows, 1); // [N, outputs, inputs]
        int perInput = (int)Math.Min(entries, jacobian.shape[2]);
        if (!jacobian.isfinite().all().item<bool>())
        {
            return new((int)examples, perInput, double.NaN, double.NaN, double.NaN, double.NaN);
        }

        Tensor values = linalg.svdvals(jacobian).cpu(); // [N, perInput], from the largest down
        double[] conditions = [.. (values.select(1, 0) / values.select(1, -1)).nan_to_num(double.PositiveInfinity, double.PositiveInfinity).data<double>().ToArray().Order()];
        return new(
            (int)examples, perInput, values.mean().item<double>(), values.min().item<double>(), values.max().item<double>(), conditions[conditions.Length / 2]);
    }
}
