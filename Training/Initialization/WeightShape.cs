using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxInit.Training.Initialization;

/// <summary>The shape of a weight tensor, and how its axes are meant.</summary>
/// <param name="Sizes">The axes: [out, in / groups, kernel...], or [in, out / groups, kernel...] when transposed.</param>
/// <param name="Groups">The groups of a convolution.</param>
/// <param name="Transposed">Whether it belongs to a transposed convolution.</param>
public sealed record WeightShape(IReadOnlyList<long> Sizes, long Groups = 1, bool Transposed = false)
{
    /// <summary>Entries of the tensor.</summary>
    public long Count => Sizes.Aggregate(1L, (product, axis) => product * axis);

    /// <summary>Positions of the kernel: 1 for a linear layer.</summary>
    public long KernelSize => Sizes.Skip(2).Aggregate(1L, (product, axis) => product * axis);

    /// <summary>The connections of one unit: (in / groups, out / groups) times the kernel's size.</summary>
    /// <exception cref="ArgumentException">Fewer than two axes: a vector has no fans.</exception>
    public Fans Fans => Fans.Of(Sizes, Groups, Transposed);

    /// <summary>The shape of a module's parameter.</summary>
    /// <param name="module">The module that owns it.</param>
    /// <param name="parameter">The parameter.</param>
    public static WeightShape Of(nn.Module module, Tensor parameter) => new(
        parameter.shape,
        module is Convolution convolution ? convolution.groups : 1,
        module is ConvTranspose1d or ConvTranspose2d or ConvTranspose3d);
}
