namespace OnnxInit.Contracts; internal static class Placeholder;
