using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Graph.Operators;

/// <summary>An operator as of one opset: what it takes and what it gives.</summary>
internal sealed class OperatorSchema
{
    private static readonly string[] Separators = [", "];
    private readonly Dictionary<string, OperatorAttribute> _attributes = [];
    private readonly List<(string Name, ElementTypeSet Types)> _variables;

    /// <summary>Reads a signature such as <c>(T X, T? bias, int64... rest; ints kernel_shape, int? group) -> T Y, int64? Indices</c>.</summary>
    /// <param name="name">The operator's name.</param>
    /// <param name="since">The opset that introduced it in this form.</param>
    /// <param name="signature">Inputs; attributes -> outputs, each as type and name. <c>?</c> marks what may be left out, <c>...</c> what may be repeated.</param>
    /// <param name="shape">The shapes of the results.</param>
    /// <param name="types">The types that each type variable stands for.</param>
    public OperatorSchema(string name, int since, string signature, ShapeRule shape, params ReadOnlySpan<(string Name, ElementTypeSet Types)> types)
    {
        (Name, Since, Shape) = (name, since, shape);
        _variables = [.. types];
        string[] sides = signature.Split(" -> ");
        string[] taken = sides[0].Trim('(', ')').Split(';', StringSplitOptions.TrimEntries);
        Inputs = Parameters(taken[0]);
        Outputs = Parameters(sides[1]);
        foreach (string[] words in taken.Skip(1).SelectMany(attributes => attributes.Split(Separators, StringSplitOptions.None)).Select(text => text.Split(' ')))
        {
            _attributes.Add(words[1], new(words[1], words[0].TrimEnd('?'), !words[0].EndsWith('?')));
        }

        RequiredAttributes = [.. _attributes.Values.Where(attribute => attribute.IsRequired)];
        (MinInputs, MaxInputs) = Counts(Inputs);
        (MinOutputs, MaxOutputs) = Counts(Outputs);
    }

    /// <summary>The operator's name in ONNX.</summary>
    public string Name { get; }

    /// <summary>The opset that introduced it in this form.</summary>
    public int Since { get; }

    /// <summary>What to use instead of an operator that ONNX has withdrawn; null for the others.</summary>
    public string? Withdrawn { get; init; }

    /// <summary>Its inputs.</summary>
    public OperatorParameter[] Inputs { get; }

    /// <summary>Its outputs.</summary>
    public OperatorParameter[] Outputs { get; }

    /// <summary>Its attributes, by name.</summary>
    public IReadOnlyDictionary<string, OperatorAttribute> Attributes => _attributes;

    /// <summary>The attributes without a default.</summary>
    public OperatorAttribute[] RequiredAttributes { get; }

    /// <summary>The least number of inputs.</summary>
    public int MinInputs { get; }

    /// <summary>The greatest number of inputs.</summary>
    public int MaxInputs { get; }

    /// <summary>The least number of outputs.</summary>
    public int MinOutputs { get; }

    /// <summary>The greatest number of outputs.</summary>
    public int MaxOutputs { get; }

    /// <summary>The type variables, and fixed types under their own names, with what each stands for.</summary>
    public IReadOnlyList<(string Name, ElementTypeSet Types)> TypeVariables => _variables;

    /// <summary>The shapes of the results.</summary>
    public ShapeRule Shape { get; }

    /// <summary>The type of a result whose type variable no input has.</summary>
    public Func<OperatorCall, DataType>? ResultType { get; init; }

    /// <summary>What the first result holds, where that is sizes.</summary>
    public Func<OperatorCall, IReadOnlyList<Dimension>?>? Contents { get; init; }

    /// <summary>The attribute of a name; null where there is none.</summary>
    public OperatorAttribute? Attribute(string name) => _attributes.GetValueOrDefault(name);

    private static (int Min, int Max) Counts(OperatorParameter[] parameters)
    {
        int required = Array.FindLastIndex(parameters, parameter => parameter.Kind != ParameterKind.Optional) + 1;
        return (required, parameters is [.., { Kind: ParameterKind.Variadic }] ? int.MaxValue : parameters.Length);
    }

    private OperatorParameter[] Parameters(string text) => text.Length == 0 ? [] : [.. text.Split(Separators, StringSplitOptions.None).Select(Parameter)];

    private OperatorParameter Parameter(string text)
    {
        string[] words = text.Split(' ');
        ParameterKind kind = words[0].EndsWith('?') ? ParameterKind.Optional : words[0].EndsWith("...", StringComparison.Ordinal) ? ParameterKind.Variadic : ParameterKind.Required;
        string type = words[0].TrimEnd('?', '.');
        int variable = _variables.FindIndex(known => known.Name == type);
        if (variable < 0)
        {
            variable = _variables.Count;
            _variables.Add((type, (ElementTypeSet)(1 << (int)Enum.Parse<DataType>(type, ignoreCase: true))));
        }

        return new(words[1], variable, kind);
    }
}
