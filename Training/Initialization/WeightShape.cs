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

    /// <summary>Whether it has kernel axes, as a convolution of one pixel has, and a linear layer has not.</summary>
    public bool HasKernel => Sizes.Count > 2;

    /// <summary>Input units, or channels, of one group.</summary>
    public int Inputs => (int)(Transposed ? Sizes[0] / Groups : Sizes[1]);

    /// <summary>Output units, or channels, of one group.</summary>
    public int Outputs => (int)(Transposed ? Sizes[1] : Sizes[0] / Groups);

    /// <summary>The position at the middle of the kernel; at the upper middle where an axis is even, as in PyTorch's <c>dirac_</c>.</summary>
    public int KernelCenter => (int)Sizes.Skip(2).Aggregate(0L, (center, axis) => (center * axis) + (axis / 2));

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

    /// <summary>Where a connection stands in the row-major tensor.</summary>
    /// <param name="group">The group, from 0.</param>
    /// <param name="output">The output within the group.</param>
    /// <param name="input">The input within the group.</param>
    /// <param name="tap">The position within the kernel.</param>
    public int Index(int group, int output, int input, int tap) =>
        ((Transposed ? (((group * Inputs) + input) * Outputs) + output : (((group * Outputs) + output) * Inputs) + input) * (int)KernelSize) + tap;

    /// <summary>The sizes as text, such as <c>[16, 3, 5, 5]</c>, with the groups and the direction where they matter.</summary>
    public override string ToString() =>
        $"[{string.Join(", ", Sizes)}]{(Groups > 1 ? $" in {Groups} groups" : string.Empty)}{(Transposed ? " (transposed)" : string.Empty)}";
}
