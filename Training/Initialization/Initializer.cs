using OnnxInit.Contracts.Randomness;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxInit.Training.Initialization;

/// <summary>Gives a module its first weights, in place and outside of autograd.</summary>
public static class Initializer
{
    /// <summary>
    /// Draws every weight of two or more axes by a scheme and sets every bias to 0. Scales and shifts of normalisation layers, vectors both,
    /// stay at 1 and 0. A parameter's draw depends on the seed and its dotted name only, not on the device or the order of layers.
    /// </summary>
    /// <param name="module">Any module.</param>
    /// <param name="scheme">The scheme.</param>
    /// <param name="seed">The seed of the run.</param>
    public static void Apply(nn.Module module, VarianceScaling scheme, long seed)
    {
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        foreach ((string path, nn.Module part) in module.named_modules().Prepend((string.Empty, module)))
        {
            foreach ((string name, Parameter parameter) in part.named_parameters(recurse: false))
            {
                if (parameter.dim() >= 2)
                {
                    string fullName = path.Length == 0 ? name : $"{path}.{name}";
                    float[] weights = new float[parameter.NumberOfElements];
                    scheme.Fill(weights, FansOf(part, parameter), new PhiloxRandom(seed, $"parameter/{fullName}"));
                    parameter.copy_(tensor(weights).reshape(parameter.shape));
                }
                else if (name == "bias")
                {
                    parameter.zero_();
                }
            }
        }
    }

    private static Fans FansOf(nn.Module module, Parameter weight)
    {
        Fans fans = Fans.Of(weight.shape, module is Convolution convolution ? convolution.groups : 1);
        return module is ConvTranspose1d or ConvTranspose2d or ConvTranspose3d ? new(fans.Out, fans.In) : fans; // [in, out / groups, kernel]
    }
}
