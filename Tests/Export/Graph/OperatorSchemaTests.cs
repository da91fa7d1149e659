using System.Diagnostics;
using OnnxInit.Export.Graph.Operators;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Tests.Export.Graph;

public sealed class OperatorSchemaTests
{
    // One line per operator and opset in the form of Line below. The names of single inputs and outputs are left out.
    private const string Script = """
        import onnx.defs
        for opset in range(13, min(21, onnx.defs.onnx_opset_version()) + 1):
            for name in sorted({s.name for s in onnx.defs.get_all_schemas_with_history() if s.domain == ''}):
                try:
                    s = onnx.defs.get_schema(name, opset, '')
                except Exception:
                    continue
                types = {t.type_param_str: t.allowed_type_strs for t in s.type_constraints}
                def parameters(all):
                    return '; '.join(parameter(p, p.name if len(all) > 1 else '_') for p in all)
                def parameter(p, name):
                    kind = {'Single': '', 'Optional': '?', 'Variadic': '...'}[str(p.option).split('.')[-1]]
                    names = sorted(t[7:-1] for t in types.get(p.typeStr, [p.typeStr]) if t.startswith('tensor('))
                    return f"{name}{kind}: {' '.join(n for n in names if not n.startswith('float8') and n not in ('int4', 'uint4'))}"
                attributes = [f"{a.name}{'' if a.required else '?'}: {str(a.type).split('.')[-1].lower()}" for a in sorted(s.attributes.values(), key=lambda a: a.name)]
                print(f"{opset} {name}-{s.since_version}{' withdrawn' if s.deprecated else ''} "
                      f"({parameters(s.inputs)} | {'; '.join(attributes)}) -> {parameters(s.outputs)} "
                      f"[{s.min_input}..{s.max_input} -> {s.min_output}..{s.max_output}]")
        """;

    [Fact]
    public void Every_operator_is_as_the_onnx_package_defines_it()
    {
        string[] lines = Python(Script);
        bool required = Environment.GetEnvironmentVariable("CI") == "true" || Environment.GetEnvironmentVariable("ONNXINIT_REQUIRE_PYTHON_ONNX") is { Length: > 0 };
        Assert.SkipWhen(lines.Length == 0 && !required, "Python has no package onnx here.");
        lines.Should().NotBeEmpty("the package onnx for Python is required");
        Dictionary<string, string> theirs = lines.ToDictionary(line => line[..line.IndexOf('-', StringComparison.Ordinal)]);
        IEnumerable<string> differences =
            from opset in theirs.Keys.Select(key => int.Parse(key.Split(' ')[0])).Distinct()
            from name in OperatorTable.Names
            let schema = OperatorTable.Versions(name).FirstOrDefault(version => version.Since <= opset)
            let ours = schema is null ? "-" : Line(opset, schema)
            let expected = theirs.GetValueOrDefault($"{opset} {name}", "-")
            where ours != expected
            select $"expected {expected}\nfound    {ours}";
        string.Join('\n', differences).Should().BeEmpty();
    }

    [Fact]
    public void Every_operator_from_opset_18_on_is_as_the_changelog_of_ONNX_says()
    {
        string[] theirs = OnnxChangelog.Schemas.Split('\n');
        string[] ours =
        [
            .. from name in OperatorTable.Names
               from schema in OperatorTable.Versions(name)
               where schema.Since >= 18
               select Line(schema.Since, schema)[3..],
        ];
        string.Join('\n', theirs.Except(ours).Select(line => $"expected {line}").Concat(ours.Except(theirs).Select(line => $"found    {line}"))).Should().BeEmpty();
    }

    private static string Line(int opset, OperatorSchema schema)
    {
        string attributes = string.Join("; ", schema.Attributes.Values.OrderBy(attribute => attribute.Name, StringComparer.Ordinal)
            .Select(attribute => $"{attribute.Name}{(attribute.IsRequired ? string.Empty : "?")}: {attribute.Type}"));
        return $"{opset} {schema.Name}-{schema.Since}{(schema.Withdrawn is null ? string.Empty : " withdrawn")} "
            + $"({Parameters(schema.Inputs)} | {attributes}) -> {Parameters(schema.Outputs)} "
            + $"[{schema.MinInputs}..{schema.MaxInputs} -> {schema.MinOutputs}..{schema.MaxOutputs}]";

        string Parameters(OperatorParameter[] parameters) => string.Join("; ", parameters.Select(parameter =>
            $"{(parameters.Length > 1 ? parameter.Name : "_")}{parameter.Kind switch { ParameterKind.Optional => "?", ParameterKind.Variadic => "...", _ => string.Empty }}: {Types(schema.TypeVariables[parameter.TypeVariable].Types)}"));
    }

    private static string Types(ElementTypeSet types) =>
        string.Join(' ', Enum.GetValues<DataType>().Where(type => types.Holds(type)).Select(type => type.Name()).Order(StringComparer.Ordinal));

    private static string[] Python(string script)
    {
        try
        {
            ProcessStartInfo start = new(File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3", ["-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true };
            using Process process = Process.Start(start)!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                : errors.Result.Contains("ModuleNotFoundError", StringComparison.Ordinal) ? [] : throw new InvalidOperationException(errors.Result);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return [];
        }
    }
}
