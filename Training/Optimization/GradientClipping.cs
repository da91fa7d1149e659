using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxInit.Training.Optimization;

/// <summary>Bounds gradients between the backward pass and the update, and says how often that was needed.</summary>
/// <param name="value">Entries are clamped to +-value; null does not.</param>
/// <param name="norm">The gradient as a whole is scaled by min(1, norm / (|g| + 1e-6)); null does not. Entries are clamped first.</param>
/// <remarks>
/// As PyTorch's functions, but a norm that is NaN scales nothing, so that the gradients that are not finite can still be told from the others.
/// </remarks>
public sealed class GradientClipping(double? value, double? norm)
{
    /// <summary>Whether there is anything to do.</summary>
    public bool Enabled => value is not null || norm is not null;

    /// <summary>Clips the gradients in place.</summary>
    /// <param name="parameters">The parameters; those without a gradient are passed over.</param>
    /// <returns>What was clipped, and the norm before scaling (NaN when clipping by norm is off).</returns>
    public ClippedGradient Apply(IReadOnlyList<(string Name, Parameter Value)> parameters)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        string? nonFinite = value is null ? null : LastNonFinite(parameters); // before infinity is clamped
        long clipped = 0;
        long entries = 0;
        if (value is double bound)
        {
            // Named, as in MomentumSgd: the collector may finalize an unnamed Scalar before libtorch has read it.
            using Scalar upper = bound.ToScalar();
            using Scalar lower = (-bound).ToScalar();
            foreach ((_, Parameter parameter) in parameters)
            {
                if (parameter.grad is Tensor gradient)
                {
                    clipped += gradient.abs().gt(upper).count_nonzero().item<long>();
                    entries += gradient.NumberOfElements;
                    gradient.clamp_(lower, upper);
                }
            }
        }

        double total = double.NaN;
        if (norm is double largest)
        {
            Tensor[] gradients = [.. parameters.Select(parameter => parameter.Value.grad).OfType<Tensor>()];
            total = gradients.Length == 0 ? 0 : stack(gradients.Select(gradient => gradient.norm())).norm().item<float>();
            double coefficient = largest / (total + 1e-6);
            if (coefficient < 1)
            {
                using Scalar factor = coefficient.ToScalar();
                foreach (Tensor gradient in gradients)
                {
                    gradient.mul_(factor);
                }
            }
        }

        // A norm that is finite vouches for every entry, so that clipping by norm alone looks only when it is not.
        nonFinite ??= norm is null || double.IsFinite(total) ? null : LastNonFinite(parameters);
        return new(clipped, entries, total, total > norm, nonFinite);
    }

    private static string? LastNonFinite(IReadOnlyList<(string Name, Parameter Value)> parameters) =>
        parameters.Reverse().Where(parameter => parameter.Value.grad is Tensor gradient && !gradient.isfinite().all().item<bool>()).Select(parameter => parameter.Name).FirstOrDefault();
}

/// <summary>What one step's clipping did.</summary>
/// <param name="ClippedEntries">Entries that were clamped.</param>
/// <param name="Entries">Entries that there were.</param>
/// <param name="Norm">The Euclidean norm before scaling; NaN when clipping by norm is off.</param>
/// <param name="Scaled">Whether the norm was above the bound.</param>
/// <param name="NonFinite">The last parameter whose gradient was not finite before it was clipped; null when all were.</param>
public readonly record struct ClippedGradient(long ClippedEntries, long Entries, double Norm, bool Scaled, string? NonFinite);
