using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxInit.Training.Models;

/// <summary>
/// y = x + alpha F(x): a residual block whose branch F is scaled by a learned number, as ReZero (arXiv 2003.04887) and SkipInit (arXiv
/// 2002.10444) have it. alpha starts at 1, an ordinary residual block; <see cref="Initialization.ReZero"/> sets it to 0, where the block is the identity.
/// </summary>
public sealed class ResidualBlock : nn.Module<Tensor, Tensor>
{
    /// <summary>Wraps a branch.</summary>
    /// <param name="branch">F; its output has the shape of its input.</param>
    /// <param name="device">Where alpha lives; null for the CPU.</param>
    public ResidualBlock(nn.Module<Tensor, Tensor> branch, Device? device = null)
        : base(nameof(ResidualBlock))
    {
        Branch = branch;
        Alpha = nn.Parameter(ones(1, device: device));
        register_module("branch", branch);
        register_parameter("alpha", Alpha);
    }

    /// <summary>F.</summary>
    public nn.Module<Tensor, Tensor> Branch { get; }

    /// <summary>The scale of the branch, [1].</summary>
    public Parameter Alpha { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => input + (Alpha * Branch.call(input));

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Branch.Dispose();
            Alpha.Dispose();
        }

        base.Dispose(disposing);
    }
}
