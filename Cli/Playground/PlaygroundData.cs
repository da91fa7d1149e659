using System.Text.Json.Serialization;

namespace OnnxInit.Cli.Playground;

/// <summary>What the page's script is told.</summary>
internal sealed record PlaygroundData
{
    /// <summary>The model's file name.</summary>
    public required string Model { get; init; }

    /// <summary>Its size.</summary>
    public required long Bytes { get; init; }

    /// <summary>Its SHA-256 in hexadecimal.</summary>
    public required string Digest { get; init; }

    /// <summary>The version of ONNX Runtime Web.</summary>
    public string RuntimeVersion { get; init; } = string.Empty;

    /// <summary>The name of the model's input, [N, C, H, W].</summary>
    public required string Input { get; init; }

    /// <summary>The name of the output that holds the logits, [N, K].</summary>
    public required string Output { get; init; }

    /// <summary>1 (grey) or 3 (RGB).</summary>
    public required int Channels { get; init; }

    /// <summary>Rows of the input.</summary>
    public required int Height { get; init; }

    /// <summary>Pixels in a row of the input.</summary>
    public required int Width { get; init; }

    /// <summary>Whether the input is uint8 pixels, and not normalised values.</summary>
    public required bool TakesPixels { get; init; }

    /// <summary>The mean of every channel, in units of 1 = white; empty where the model takes pixels and does not say.</summary>
    public required IReadOnlyList<double> Mean { get; init; }

    /// <summary>The standard deviation of every channel.</summary>
    public required IReadOnlyList<double> Std { get; init; }

    /// <summary>The class names by index.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>The embedded test images.</summary>
    public required IReadOnlyList<PlaygroundImage> Images { get; init; }
}

/// <summary>One embedded test image.</summary>
/// <param name="Index">Its index in the test set.</param>
/// <param name="Label">Its true class.</param>
/// <param name="Logits">What the trained model computed for it in TorchSharp.</param>
internal sealed record PlaygroundImage(int Index, int Label, IReadOnlyList<float> Logits);

/// <summary>The JSON inside the page.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(PlaygroundData))]
internal sealed partial class PlaygroundJson : JsonSerializerContext;
