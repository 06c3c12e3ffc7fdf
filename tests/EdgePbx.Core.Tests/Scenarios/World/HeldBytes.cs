using System.Reflection;

namespace EdgePbx.Core.Tests;

/// <summary>
/// How many bytes of the managed heap hang at an object, by type, counted object by object: other tests that run meanwhile change
/// nothing. Left out are types and other things of the runtime, and what a test names.
/// </summary>
internal sealed class HeldBytes
{
    private static readonly Dictionary<Type, FieldInfo[]> Fields = [];
    private static readonly Lock Gate = new();
    private readonly HashSet<object> _seen = new(ReferenceEqualityComparer.Instance);
    private readonly Stack<object> _open = new();
    private readonly Type[] _without;

    private HeldBytes(Type[] without) => _without = without;

    public Dictionary<Type, (int Count, long Bytes)> ByType { get; } = [];

    public long Total => ByType.Values.Sum(static one => one.Bytes);

    /// <param name="root">Where to begin.</param>
    /// <param name="without">What is not looked into, with all that derives from it.</param>
    public static HeldBytes Of(object root, params Type[] without)
    {
        var held = new HeldBytes(without);
        lock (Gate)
        {
            held.Meet(root);
            while (held._open.TryPop(out object? next))
            {
                held.LookInto(next);
            }
        }
        return held;
    }

    /// <summary>What has been added since, of each type, most first: for whoever reads why a test fails.</summary>
    public string Since(HeldBytes former, int calls) => string.Join('\n', ByType
        .Select(one => (one.Key, Count: one.Value.Count - former.ByType.GetValueOrDefault(one.Key).Count, Bytes: one.Value.Bytes - former.ByType.GetValueOrDefault(one.Key).Bytes))
        .Where(static one => one.Bytes != 0)
        .OrderByDescending(static one => one.Bytes)
        .Take(30)
        .Select(one => $"{one.Bytes / (double)calls,8:F0} bytes in {one.Count / (double)calls,5:F1} {one.Key}"));

    private void Meet(object? one)
    {
        if (one is null or Type or MemberInfo or Assembly or Thread or Pointer || Array.Exists(_without, type => type.IsInstanceOfType(one)) || !_seen.Add(one))
        {
            return;
        }
        (int count, long bytes) = ByType.GetValueOrDefault(one.GetType());
        ByType[one.GetType()] = (count + 1, bytes + SizeOf(one));
        _open.Push(one);
    }

    private void LookInto(object one)
    {
        if (one is string)
        {
            return;
        }
        if (one is Array array)
        {
            if (MayRefer(array.GetType().GetElementType()!))
            {
                foreach (object? element in array)
                {
                    MeetValue(element);
                }
            }
            return;
        }
        MeetFields(one);
    }

    private void MeetFields(object one)
    {
        foreach (FieldInfo field in FieldsOf(one.GetType()))
        {
            MeetValue(field.GetValue(one));
        }
    }

    private void MeetValue(object? value)
    {
        if (value is null || !value.GetType().IsValueType)
        {
            Meet(value);
        }
        else
        {
            MeetFields(value); // a part of what holds it, and counted there
        }
    }

    private static FieldInfo[] FieldsOf(Type type)
    {
        if (Fields.TryGetValue(type, out FieldInfo[]? known))
        {
            return known;
        }
        List<FieldInfo> fields = [];
        for (Type? at = type; at is not null; at = at.BaseType)
        {
            fields.AddRange(at.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
                .Where(static field => MayRefer(field.FieldType)));
        }
        return Fields[type] = [.. fields];
    }

    private static bool MayRefer(Type type) => !type.IsPointer && !type.IsByRefLike && !type.IsPrimitive && !type.IsEnum
        && (!type.IsValueType || FieldsOf(type).Length > 0);

    /// <summary>As the runtime says it of the type: with header, and for an array or a text with what is in it.</summary>
    private static unsafe long SizeOf(object one)
    {
        byte* table = (byte*)one.GetType().TypeHandle.Value;
        long size = *(uint*)(table + 4);
        if (one is string text)
        {
            size += 2L * text.Length;
        }
        else if (one is Array array)
        {
            size += *(ushort*)table * array.LongLength;
        }
        return (size + IntPtr.Size - 1) / IntPtr.Size * IntPtr.Size;
    }
}
