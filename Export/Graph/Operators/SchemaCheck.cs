using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Graph.Operators;

/// <summary>Whether an operator is given what its schema says.</summary>
internal static class SchemaCheck
{
    /// <summary>Checks names, types and presence of the attributes.</summary>
    public static void Attributes(OperatorSchema schema, OperatorCall call)
    {
        IReadOnlyDictionary<string, object> attributes = call.Attributes;
        if (attributes.Count > 0)
        {
            foreach ((string name, object value) in attributes)
            {
                OperatorAttribute attribute = schema.Attribute(name)
                    ?? throw call.Error($"has no attribute '{name}'; it has {(schema.Attributes.Count == 0 ? "none" : string.Join(", ", schema.Attributes.Keys))}");
                string type = OperatorAttribute.TypeOf(value);
                if (type != attribute.Type)
                {
                    throw call.Error($"wants the attribute '{name}' as {attribute.Type}, and it is {type}");
                }
            }
        }

        foreach (OperatorAttribute attribute in schema.RequiredAttributes)
        {
            if (!attributes.ContainsKey(attribute.Name))
            {
                throw call.Error($"wants the attribute '{attribute.Name}'");
            }
        }
    }

    /// <summary>Checks number, presence and element types of the inputs.</summary>
    /// <param name="schema">The operator.</param>
    /// <param name="call">The call.</param>
    /// <param name="bound">Gets what each type variable stands for; undefined where no input says.</param>
    public static void Inputs(OperatorSchema schema, OperatorCall call, Span<DataType> bound)
    {
        bound.Clear();
        IReadOnlyList<GraphValue?> inputs = call.Inputs;
        if (inputs.Count < schema.MinInputs || inputs.Count > schema.MaxInputs)
        {
            throw call.Error($"takes {Range(schema.MinInputs, schema.MaxInputs)} inputs, and is given {inputs.Count}");
        }

        for (int i = 0; i < inputs.Count; i++)
        {
            OperatorParameter parameter = schema.Inputs[Math.Min(i, schema.Inputs.Length - 1)];
            if (inputs[i] is not { } input)
            {
                if (parameter.Kind != ParameterKind.Optional)
                {
                    throw call.Error($"wants the input {parameter.Name}");
                }

                continue;
            }

            (string variable, ElementTypeSet allowed) = schema.TypeVariables[parameter.TypeVariable];
            if (!allowed.Holds(input.Type))
            {
                throw call.Error($"takes {parameter.Name} of type {allowed.Names()}, and is given {input}");
            }

            ref DataType type = ref bound[parameter.TypeVariable];
            if (type != DataType.Undefined && type != input.Type)
            {
                throw call.Error($"wants {parameter.Name} to be {type.Name()} as the other inputs of type {variable}, and is given {input}");
            }

            type = input.Type;
        }
    }

    /// <summary>A number of inputs or outputs, as a message says it.</summary>
    public static string Range(int least, int most) => least == most ? $"{least}" : most == int.MaxValue ? $"{least} or more" : $"{least} to {most}";
}
