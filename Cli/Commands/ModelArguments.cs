using System.CommandLine;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Models;

namespace OnnxInit.Cli.Commands;

/// <summary>The options that name a network and shape it.</summary>
internal sealed class ModelArguments
{
    private readonly Option<string> _model = new("--model") { Description = $"The network: {string.Join(", ", ModelPresets.Names)}, or a JSON file. 'inspect mlp' prints one as JSON.", HelpName = "SPEC", DefaultValueFactory = _ => "mlp" };
    private readonly Option<int> _depth = new("--depth") { Description = "Hidden layers of mlp-deep.", DefaultValueFactory = _ => 20 };
    private readonly Option<int> _width = new("--width") { Description = "Units of a hidden layer of mlp-deep.", DefaultValueFactory = _ => 100 };
    private readonly Option<bool> _noBatchNorm = new("--no-batchnorm") { Description = "Leave BatchNorm out of mlp-deep." };

    /// <summary>The options, for a verb.</summary>
    public IReadOnlyList<Option> Options => [_model, _depth, _width, _noBatchNorm];

    /// <summary>The network that the options describe.</summary>
    /// <param name="parsed">The command line.</param>
    /// <exception cref="InvalidInputException">There is no such network, or the shape is impossible or not asked for by the network.</exception>
    public ModelSpec Model(ParseResult parsed)
    {
        string name = parsed.GetValue(_model)!;
        int depth = parsed.GetValue(_depth);
        if (depth < 1)
        {
            throw new InvalidInputException($"--depth is {depth}; expected at least 1.");
        }

        string[] idle = [.. new Option[] { _depth, _width, _noBatchNorm }.Where(option => parsed.GetResult(option) is { Implicit: false }).Select(option => option.Name)];
        if (name != "mlp-deep" && idle.Length > 0)
        {
            throw new InvalidInputException($"{string.Join(", ", idle)} shape the network mlp-deep only, and the network is '{name}'. Leave them out, or choose --model mlp-deep.");
        }

        ModelSpec? preset = ModelPresets.Create(name, depth, parsed.GetValue(_width), batchNorm: !parsed.GetValue(_noBatchNorm));
        return preset is null && !File.Exists(name)
            ? throw new InvalidInputException($"There is no network '{name}': neither a preset ({string.Join(", ", ModelPresets.Names)}) nor a file.")
            : preset ?? ModelSpec.Load(name);
    }
}
