package rewind.nn.exchange;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import rewind.nn.layer.Layer;
import rewind.nn.recurrent.Bidirectional;
import rewind.nn.recurrent.Recurrent;

/**
 * Keras: a variable's path, {@code bidirectional/forward_lstm/lstm_cell/kernel} or {@code multi_head_attention/query/kernel}, with {@code :0}
 * after it in version 2; or where it is in a file of weights, {@code layers/bidirectional/forward_layer/cell/vars/0}.
 */
record KerasNames() implements WeightNames {
    private static final Pattern NAME = Pattern.compile("(?:(.*?)/)?(vars/[0-9]{1,4}|[^/]+)");
    private static final Pattern CELL = Pattern.compile("(?:(.*)/)?(?:(?:simple_rnn|gru|lstm)_cell(?:_[0-9]+)?|cell)");
    private static final Pattern DIRECTION = Pattern.compile("(?:(.*)/)?(forward|backward)_[^/]+");

    /** A layer of attention; in files of weights its parts have names of their own. */
    private static final Pattern ROLE =
            Pattern.compile("(?:(.*)/)?(?:_?(query|key|value|output)_dense|(query|key|value|attention_output))");

    private static final Set<String> ROLES = Set.of("query", "key", "value", "attention_output");

    /** What a file of weights has besides them. */
    private static final Set<String> OTHERS = Set.of("optimizer", "seed_generator", "metrics");

    @Override
    public String system() {
        return "keras";
    }

    @Override
    public String separator() {
        return "/";
    }

    @Override
    public String remedy() {
        return "write it by numpy.savez(file, **{w.path: w.numpy() for w in net.weights})";
    }

    @Override
    public WeightLayout layout(Layer layer) {
        return WeightLayout.keras(layer);
    }

    @Override
    public boolean isWeight(String name) {
        return Arrays.stream(name.split("[/\\\\]")).noneMatch(OTHERS::contains);
    }

    @Override
    public List<ForeignModule> modules(Collection<String> names) {
        Map<String, ForeignModule> modules = new TreeMap<>();
        for (String whole : names) {
            Matcher name = NAME.matcher(whole.replace('\\', '/').replaceFirst(":[0-9]+$", ""));
            boolean named = name.matches();
            String module = named && name.group(1) != null ? name.group(1) : "";
            Matcher cell = CELL.matcher(module);
            String layer = !cell.matches() ? module : cell.group(1) == null ? "" : cell.group(1);
            put(modules, layer, named ? name.group(2) : whole, whole);
        }
        return merged(ofRoles(modules));
    }

    private static void put(Map<String, ForeignModule> modules, String layer, String own, String whole) {
        modules.computeIfAbsent(layer, key -> new ForeignModule(key, 0, new LinkedHashMap<>()))
                .names()
                .put(own, whole);
    }

    /** Modules with the roles of attention that lie in one are that one, if all of them are there. */
    private static Map<String, ForeignModule> ofRoles(Map<String, ForeignModule> modules) {
        Map<String, Map<String, ForeignModule>> roles = new TreeMap<>();
        for (ForeignModule each : modules.values()) {
            Matcher role = ROLE.matcher(each.name());
            if (role.matches()) {
                String around = role.group(1) == null ? "" : role.group(1);
                roles.computeIfAbsent(around, key -> new TreeMap<>()).put(role(role), each);
            }
        }
        Map<String, ForeignModule> all = new TreeMap<>(modules);
        roles.forEach((around, parts) -> {
            if (parts.keySet().equals(ROLES)) {
                parts.forEach((role, part) -> {
                    all.remove(part.name());
                    part.names().forEach((own, whole) -> put(all, around, role + "/" + own, whole));
                });
            }
        });
        return all;
    }

    private static String role(Matcher role) {
        return role.group(3) != null
                ? role.group(3)
                : role.group(2).equals("output") ? "attention_output" : role.group(2);
    }

    /** Two modules of one, one forward and one backward, are one layer in both directions. */
    private static List<ForeignModule> merged(Map<String, ForeignModule> modules) {
        Map<String, List<ForeignModule>> directions = new TreeMap<>();
        for (ForeignModule each : modules.values()) {
            Matcher direction = DIRECTION.matcher(each.name());
            if (direction.matches()) {
                String around = direction.group(1) == null ? "" : direction.group(1);
                directions.computeIfAbsent(around, key -> new ArrayList<>()).add(each);
            }
        }
        List<ForeignModule> all = new ArrayList<>(modules.values());
        directions.forEach((around, parts) -> {
            List<String> kinds = parts.stream().map(KerasNames::direction).toList();
            if (kinds.equals(List.of("backward", "forward"))) { // in the order of the alphabet
                all.removeAll(parts);
                Map<String, String> names = new LinkedHashMap<>();
                parts.get(1).names().forEach((own, whole) -> names.put("forward_layer/" + own, whole));
                parts.get(0).names().forEach((own, whole) -> names.put("backward_layer/" + own, whole));
                all.add(new ForeignModule(around, 0, names));
            }
        });
        return all;
    }

    private static String direction(ForeignModule module) {
        String last = module.name().substring(module.name().lastIndexOf('/') + 1);
        return last.substring(0, last.indexOf('_'));
    }

    @Override
    public String whole(String module, int index, Layer layer, String name) {
        String own = name;
        if (RecurrentTensors.isBuiltIn(layer)) {
            Layer one = layer instanceof Bidirectional<?> both ? both.layer() : layer;
            String kind = ((Recurrent<?, ?>) one).cellForm().kind();
            String cell = kind.equals("rnn") ? "simple_rnn" : kind;
            int end = name.lastIndexOf('/');
            String direction = end < 0 ? "" : name.substring(0, end).replace("layer", cell) + "/";
            own = direction + cell + "_cell/" + name.substring(end + 1);
        }
        return module.isEmpty() ? own : module + "/" + own;
    }
}
