using OnnxInit.Contracts;
using OnnxInit.Contracts.Safetensors;

namespace OnnxInit.Tests.Safetensors;

public sealed class SafetensorsCorruptionTests : IDisposable
{
    private readonly SafetensorsBytes _bytes = new();

    public void Dispose() => _bytes.Dispose();

    [Fact]
    public void A_corrupted_file_loads_or_is_refused_and_nothing_else()
    {
        SafetensorsWriter.Save(
            _bytes.Path,
            [
                SafetensorsTensor.Create("fc1.weight", [2, 3], new float[6]),
                SafetensorsTensor.Create("größe", [], new long[1]),
                SafetensorsTensor.Create("empty", [0, 7], Array.Empty<byte>()),
            ],
            new Dictionary<string, string> { ["format"] = "pt" });
        byte[] valid = File.ReadAllBytes(_bytes.Path);
        Random random = new(17);
        int refused = 0;
        const int mutations = 5000;
        for (int mutation = 0; mutation < mutations; mutation++)
        {
            byte[] content = Mutate(valid, random);
            try
            {
                using SafetensorsFile file = _bytes.Open(content);
                foreach (SafetensorsEntry entry in file.Tensors.Values)
                {
                    file.Read(entry.Name, new byte[entry.ByteLength]);
                }
            }
            catch (InvalidInputException)
            {
                refused++;
            }
        }

        refused.Should().BeInRange(mutations / 2, mutations - 1);
    }

    private static byte[] Mutate(byte[] valid, Random random)
    {
        const string meaningful = "{}[]\",:0123456789-.e\\u \n";
        List<byte> content = [.. valid];
        for (int edits = random.Next(1, 4); edits > 0; edits--)
        {
            int position = random.Next(content.Count);
            switch (random.Next(5))
            {
                case 0:
                    content[position] = (byte)random.Next(256);
                    break;
                case 1:
                    content[position] = (byte)meaningful[random.Next(meaningful.Length)];
                    break;
                case 2:
                    content.RemoveAt(position);
                    break;
                case 3:
                    content.Insert(position, (byte)meaningful[random.Next(meaningful.Length)]);
                    break;
                default:
                    content.RemoveRange(position, random.Next(Math.Min(20, content.Count - position)));
                    break;
            }

            if (content.Count == 0)
            {
                break;
            }
        }

        return [.. content];
    }
}
