package rewind.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.nn.Optimizers.adam;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rewind.nn.Model;
import rewind.nn.train.TrainingListener;
import rewind.nn.train.TrainingRun;

/** A cluster of its own on the loopback interface: a master and workers as processes. */
class ClusterTest {
    private static final long PATIENCE = 90_000; // milliseconds, for a process to be heard of

    @TempDir
    Path folder;

    private final List<Process> processes = new ArrayList<>();
    private int port;

    /** What Spark's launcher expects of an installation: all jars of the class path in one folder. */
    @BeforeEach
    void start() throws Exception {
        Path jars = Files.createDirectories(folder.resolve("home/jars"));
        for (String each : classPath()) {
            if (each.endsWith(".jar")) {
                Files.createSymbolicLink(jars.resolve(Path.of(each).getFileName()), Path.of(each));
            }
        }
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        started("master", "org.apache.spark.deploy.master.Master", "--port", "" + port, "--webui-port", "0");
        heard("master", "New state: ALIVE");
    }

    @AfterEach
    void stop() throws Exception {
        for (Process each : processes) {
            each.descendants().forEach(ProcessHandle::destroyForcibly);
            each.destroyForcibly().waitFor();
        }
        try (Stream<Path> links = Files.list(folder.resolve("home/jars"))) {
            for (Path each : links.toList()) {
                Files.delete(each); // not what they lead to
            }
        }
    }

    private static List<String> classPath() {
        return List.of(System.getProperty("java.class.path").split(File.pathSeparator, -1));
    }

    private Process started(String name, String type, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                type,
                "--host",
                "127.0.0.1"));
        command.addAll(List.of(more));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".log").toFile());
        builder.environment().put("SPARK_HOME", folder.resolve("home").toString());
        builder.environment().put("SPARK_SCALA_VERSION", "2.13");
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    private Process worker(int number) throws Exception {
        Process worker = started(
                "worker" + number,
                "org.apache.spark.deploy.worker.Worker",
                "--cores",
                "1",
                "--memory",
                "600m",
                "--webui-port",
                "0",
                "--work-dir",
                folder.resolve("work" + number).toString(),
                "spark://127.0.0.1:" + port);
        heard("worker" + number, "Successfully registered with master");
        return worker;
    }

    private void heard(String name, String text) throws Exception {
        Path log = folder.resolve(name + ".log");
        long end = System.currentTimeMillis() + PATIENCE;
        while (!Files.readString(log).contains(text)) {
            assertThat(System.currentTimeMillis())
                    .as("%s must say %s, but said %s", name, text, Files.readString(log))
                    .isLessThan(end);
            Thread.sleep(100);
        }
    }

    private SparkSession session() {
        String folders = classPath().stream()
                .filter(each -> !each.endsWith(".jar"))
                .collect(Collectors.joining(File.pathSeparator));
        return SparkSession.builder()
                .master("spark://127.0.0.1:" + port)
                .appName("rewind")
                .config("spark.ui.enabled", "false")
                .config("spark.sql.shuffle.partitions", "3")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.locality.wait", "0s")
                .config("spark.executor.memory", "500m")
                .config("spark.executor.extraClassPath", folders)
                .config("spark.executor.extraJavaOptions", "--add-modules jdk.incubator.vector")
                .getOrCreate();
    }

    /** One, two and three workers, and three of which one is killed by its process id with the executor that it started. */
    @Test
    void bitsDoNotDependOnTheWorkers() throws Exception {
        Model expected = Frames.model();
        try (SparkSession local = Frames.session("local[2]")) {
            Frames.frame(local, 50)
                    .repartition(4)
                    .write()
                    .parquet(folder.resolve("rows").toString());
            SparkTraining plain = Frames.training(expected);
            plain.training()
                    .fit(plain.shards(
                            local.read().parquet(folder.resolve("rows").toString())));
        }
        List<Process> workers = new ArrayList<>();
        for (int number = 1; number <= 3; number++) {
            workers.add(worker(number));
            assertThat(Frames.bits(fitted(number, null)))
                    .as("%s workers", number)
                    .isEqualTo(Frames.bits(expected));
        }
        Model survivor = fitted(3, new TrainingListener() {
            @Override
            public void batchDone(TrainingRun run) {
                if (run.updates() == 4) {
                    Process lost = workers.get(0);
                    Stream.concat(lost.descendants(), Stream.of(lost.toHandle()))
                            .forEach(ProcessHandle::destroyForcibly);
                }
            }
        });
        assertThat(workers.get(0).waitFor()).isNotZero();
        assertThat(Frames.bits(survivor)).isEqualTo(Frames.bits(expected));
    }

    /** A run on so many executors, each of which has computed something. */
    private Model fitted(int workers, TrainingListener listener) throws IOException {
        Model model = Frames.model();
        try (SparkSession spark = session()) {
            long end = System.currentTimeMillis() + PATIENCE;
            while (spark.sparkContext().statusTracker().getExecutorInfos().length < workers + 1) {
                assertThat(System.currentTimeMillis())
                        .as("%s executors must start", workers)
                        .isLessThan(end);
                LockSupport.parkNanos(100_000_000);
            }
            SparkTraining training = Frames.training(model);
            training = listener == null
                    ? training
                    : training.options(each ->
                            each.optimizer(adam(0.01)).clipNorm(1).epochs(2).on(listener));
            training.fit(spark.read().parquet(folder.resolve("rows").toString()));
        }
        return model;
    }
}
