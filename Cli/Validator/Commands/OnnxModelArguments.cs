using System.CommandLine;
using System.Globalization;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;
using OnnxInit.Inference;

namespace OnnxInit.Cli.Commands;

/// <summary>How an ONNX model is run, and what it does not say of itself: the options that <c>verify</c>, <c>predict</c> and <c>bench</c> share.</summary>
internal sealed class OnnxModelArguments
{
    private readonly Option<string[]?> _providers = ProviderOption.CreateList();
    private readonly Option<string[]> _providerOptions = new("--provider-option") { Description = "What the provider itself understands, such as cudnn_conv_algo_search=HEURISTIC; may be repeated.", HelpName = "KEY=VALUE" };
    private readonly Option<string> _optimization = new("--optimization") { Description = $"How far ONNX Runtime rewrites the graph: {string.Join(", ", OptimizationLevel.Names)}.", HelpName = "LEVEL", DefaultValueFactory = _ => "all" };
    private readonly Option<double[]?> _mean = ListOption.OfNumbers<double>("--mean", "The mean of every channel, in units of 1 = white, for a model that does not say it; with --std.");
    private readonly Option<double[]?> _std = ListOption.OfNumbers<double>("--std", "The standard deviation of every channel, in the same units; with --mean.");
    private readonly Option<string?> _classes = new("--classes") { Description = "The class names, with commas between them, or a text file with one on each line, for a model that does not say them.", HelpName = "NAMES" };
    private readonly Option<string?> _output = new("--output-name") { Description = "The output to read (default: logits, or the only one).", HelpName = "NAME" };
    private readonly Option<string?> _imageSize = new("--image-size") { Description = "Height and width of the images, such as 224x224, for a model that takes any.", HelpName = "HxW" };

    /// <summary>The options.</summary>
    public IEnumerable<Option> Options => [_providers, _providerOptions, _optimization, _mean, _std, _classes, _output, _imageSize];

    /// <summary>How the model is run, on each of the providers that were named.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="threads">Threads inside one operator; 0: one per physical core.</param>
    /// <exception cref="InvalidInputException">An option is not understood.</exception>
    public IReadOnlyList<OnnxModelOptions> Read(ParseResult parsed, int threads)
    {
        OnnxModelOptions options = new()
        {
            ProviderOptions = ProviderOptions(parsed.GetValue(_providerOptions) ?? []),
            IntraOpThreads = threads,
            OptimizationLevel = OptimizationLevel.Parse(parsed.GetValue(_optimization)!),
            Normalization = Normalization(parsed.List(_mean), parsed.List(_std)),
            ClassNames = ClassNames(parsed.GetValue(_classes)),
            OutputName = parsed.GetValue(_output),
            ImageSize = ImageSize(parsed.GetValue(_imageSize)),
        };
        return [.. (parsed.List(_providers) ?? ["cpu"]).Select(provider => options with { Provider = ExecutionProvider.Parse(provider) })];
    }

    private static Dictionary<string, string> ProviderOptions(string[] pairs)
    {
        Dictionary<string, string> options = [];
        foreach (string pair in pairs)
        {
            string[] parts = pair.Split('=', 2);
            if (parts.Length != 2 || parts[0].Length == 0 || !options.TryAdd(parts[0], parts[1]))
            {
                throw new InvalidInputException($"--provider-option is '{pair}'; expected KEY=VALUE, every key once.");
            }
        }

        return options;
    }

    private static Normalization? Normalization(double[]? mean, double[]? std)
    {
        if (mean is null && std is null)
        {
            return null;
        }

        if (mean is null || std is null)
        {
            throw new InvalidInputException("--mean and --std belong together: give both, or neither.");
        }

        try
        {
            return new(mean, std);
        }
        catch (ArgumentException exception)
        {
            throw new InvalidInputException($"--mean and --std are no normalisation: {exception.Message}", exception);
        }
    }

    private static string[]? ClassNames(string? text)
    {
        try
        {
            return text is null ? null
                : File.Exists(text) ? [.. File.ReadLines(text).Select(line => line.Trim()).Where(line => line.Length > 0)]
                : text.Contains(',', StringComparison.Ordinal) ? text.Split(',', StringSplitOptions.TrimEntries)
                : throw new InvalidInputException($"--classes is '{text}'; expected names with commas between them, or a text file with one on each line.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"The class names in '{text}' cannot be read: {exception.Message}", exception);
        }
    }

    private static (int Height, int Width)? ImageSize(string? text)
    {
        string[] parts = text?.Split('x') ?? [];
        return text is null ? null
            : parts.Length == 2 && Side(parts[0], out int height) && Side(parts[1], out int width) ? (height, width)
            : throw new InvalidInputException($"--image-size is '{text}'; expected HEIGHTxWIDTH, such as 224x224.");

        static bool Side(string part, out int side) => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out side) && side is >= 1 and <= 1 << 14;
    }
}
